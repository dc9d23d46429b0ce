<?php
/* The configuration of the site of the tests: where it is comes from the environment, and it reaches nobody outside. */

define('DB_NAME', 'wordpress');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:' . getenv('SITE_SOCKET'));
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
$table_prefix = 'wp_';

define('WP_HOME', getenv('SITE_URL'));
define('WP_SITEURL', getenv('SITE_URL'));
define('WP_DEFAULT_THEME', 'twentytwentyone');
define('WP_ENVIRONMENT_TYPE', 'local'); // else application passwords ask for https
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('DISABLE_WP_CRON', true);

function wp_mail(): bool
{
    return true; // to nobody
}

require_once ABSPATH . 'wp-settings.php';
