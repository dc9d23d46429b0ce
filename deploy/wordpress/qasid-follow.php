<?php
/**
 * Plugin Name: Qasid: follow on Telegram
 * Description: The shortcode [qasid_follow], and a link under each post to follow its category's topic on Telegram.
 * License: MIT
 *
 * Fill in the bot and the topics of your categories; `qasid link t_SLUG` says whether there is such a topic.
 */

if (!defined('ABSPATH')) {
    exit;
}

const QASID_BOT = 'your_bot';
const QASID_TOPICS = [ // slug of the category => slug of the topic
    'politics' => 'politics',
    'economy' => 'economy',
];

function qasid_link($topic, $words) {
    $url = 'https://t.me/' . QASID_BOT . '?start=t_' . $topic;
    return '<a class="qasid-follow" rel="noopener" href="' . esc_url($url) . '">' . esc_html($words) . '</a>';
}

/** [qasid_follow topic="economy" words="…"]; without a topic, that of the post's first category that has one. */
function qasid_follow($given) {
    $given = shortcode_atts(['topic' => '', 'words' => 'تابعوا هذا الموضوع على تيليغرام'], $given, 'qasid_follow');
    $topic = $given['topic'];
    if ($topic === '') {
        foreach (get_the_category() as $category) {
            if (isset(QASID_TOPICS[$category->slug])) {
                $topic = QASID_TOPICS[$category->slug];
                break;
            }
        }
    }
    // Without a topic there is nothing to follow, and a wrong one would lead nowhere.
    return preg_match('/^[A-Za-z0-9-]+$/', $topic) ? qasid_link($topic, $given['words']) : '';
}
add_shortcode('qasid_follow', 'qasid_follow');

/** Under each post of a category that has a topic. */
function qasid_under_post($content) {
    if (!is_single() || !in_the_loop() || !is_main_query()) {
        return $content;
    }
    $slugs = array_map(fn($category) => $category->slug, get_the_category());
    return array_intersect($slugs, array_keys(QASID_TOPICS)) ? $content . '<p>' . qasid_follow([]) . '</p>' : $content;
}
add_filter('the_content', 'qasid_under_post');
