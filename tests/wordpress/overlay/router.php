<?php
/* Stands for a web server's rules: a file is served as it is, whatever else is asked for is WordPress's to answer. */

$path = rawurldecode((string) parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
if (is_file(__DIR__ . $path)) {
    return false;
}
unset($_SERVER['PATH_INFO']);
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = '/index.php';
require __DIR__ . '/index.php';
