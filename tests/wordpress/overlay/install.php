<?php
/* Makes an Arabic news site in an empty database; its last line says, as JSON, what the tests must know of it. */

const CATEGORIES = ['اقتصاد' => '', 'زراعة وغذاء' => '', 'رأي' => '', 'العالم' => '', 'آسيا الوسطى' => 'العالم'];

$database = new mysqli('localhost', 'root', '', '', 0, getenv('SITE_SOCKET'));
$database->query('CREATE DATABASE wordpress CHARACTER SET utf8mb4');
$database->close();

define('WP_INSTALLING', true);
require __DIR__ . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
load_default_textdomain('ar');
wp_install('موقع النماذج', 'chief', 'chief@site.example', true, '', wp_generate_password(), 'ar');
update_option('timezone_string', 'Africa/Tunis');
update_option('comment_moderation', 1);

$known = [];
foreach (CATEGORIES as $name => $parent) {
    $known[$name] = wp_insert_term($name, 'category', ['parent' => $known[$parent] ?? 0])['term_id'];
}
$editor = wp_insert_user([
    'user_login' => 'editor',
    'user_email' => 'editor@site.example',
    'user_pass' => wp_generate_password(),
    'display_name' => 'محررة النماذج',
    'role' => 'editor',
]);
[$password] = WP_Application_Passwords::create_new_application_password($editor, ['name' => 'tests']);
echo "\n", json_encode(['version' => $wp_version, 'password' => $password, 'categories' => $known]), "\n";
