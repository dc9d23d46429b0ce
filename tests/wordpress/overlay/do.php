<?php
/* What happens to a site past its API: `php do.php ACT VALUE…`. Another act is another line of $acts. */

require __DIR__ . '/wp-load.php';

function at(int $moment, string $column): array
{
    return [$column => wp_date('Y-m-d H:i:s', $moment), "{$column}_gmt" => gmdate('Y-m-d H:i:s', $moment)];
}

$acts = [
    'set_links' => function (string $structure): void {
        $GLOBALS['wp_rewrite']->set_permalink_structure($structure);
        create_initial_taxonomies(); // again, or categories have no pretty addresses
        $GLOBALS['wp_rewrite']->flush_rules(false);
    },
    'set_zone' => function (string $zone): void {
        update_option('timezone_string', $zone);
    },
    // Comments of a visitor, a second apart, the newest now.
    'say' => function (string $post, string $many): void {
        for ($number = 1; $number <= (int) $many; $number++) {
            $text = ['comment_content' => "تعليق $number", 'comment_author' => 'زائر', 'comment_approved' => 1];
            $when = at(time() - (int) $many + $number, 'comment_date');
            wp_insert_comment(['comment_post_ID' => (int) $post] + $text + $when);
        }
    },
    'shorten_feed' => function (string $how): void {
        update_option('rss_use_excerpt', $how);
    },
    // A post that was written an hour ago, to appear in an hour.
    'schedule' => function (string $title, string $content): void {
        $id = wp_insert_post(['post_title' => $title, 'post_content' => $content, 'post_name' => sanitize_title($title)]);
        $times = at(time() + HOUR_IN_SECONDS, 'post_date') + at(time() - HOUR_IN_SECONDS, 'post_modified');
        $GLOBALS['wpdb']->update($GLOBALS['wpdb']->posts, ['post_status' => 'future'] + $times, ['ID' => $id]);
        echo $id;
    },
    'come_due' => function (string $id): void {
        $GLOBALS['wpdb']->update($GLOBALS['wpdb']->posts, at(time(), 'post_date'), ['ID' => $id]);
        check_and_publish_future_post((int) $id);
    },
    // Old posts that a plugin changes all in one second.
    'move_in' => function (string $title, string $many): void {
        $old = at(time() - YEAR_IN_SECONDS, 'post_date');
        $now = at(time(), 'post_modified');
        for ($number = 1; $number <= (int) $many; $number++) {
            $text = ['post_title' => "$title $number", 'post_content' => $title, 'post_excerpt' => 'نص تجريبي.'];
            $id = wp_insert_post($text + ['post_status' => 'publish'] + $old);
            $GLOBALS['wpdb']->update($GLOBALS['wpdb']->posts, $now, ['ID' => $id]);
        }
    },
    'move_out' => function (string $title): void {
        foreach (get_posts(['s' => $title, 'numberposts' => -1]) as $post) {
            wp_delete_post($post->ID, true);
        }
    },
];
$acts[$argv[1]](...array_slice($argv, 2));
