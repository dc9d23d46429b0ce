<?php
/*
 * What plugins hang below a post on its page, in its feed and in the API, in the markup of those that most sites have: no
 * part of the article. Excerpts are spared, as those plugins do.
 */

add_filter('the_content', function (string $content): string {
    $is_api = defined('REST_REQUEST') && REST_REQUEST;
    if (!(is_singular('post') || is_feed() || $is_api) || doing_filter('get_the_excerpt')) {
        return $content;
    }
    $shares = '';
    foreach (['facebook' => 'فيسبوك', 'x' => 'إكس', 'telegram' => 'تيليجرام', 'whatsapp' => 'واتساب'] as $where => $name) {
        $shares .= "<li class='share-$where'><a rel='nofollow noopener' class='share-$where sd-button share-icon' "
            . "href='?share=$where' title='انقر للمشاركة على $name'><span>$name</span></a></li>";
    }
    $related = '';
    foreach (get_posts(['numberposts' => 3, 'exclude' => [get_the_ID()]]) as $other) {
        $related .= '<li><a href="' . get_permalink($other) . '" rel="bookmark">' . get_the_title($other) . '</a></li>';
    }
    return $content
        . '<div class="sharedaddy sd-sharing-enabled"><div class="robots-nocontent sd-block sd-social sd-sharing">'
        . '<h3 class="sd-title">شارك هذا الموضوع:</h3><div class="sd-content"><ul>' . $shares . '</ul></div></div></div>'
        . '<div class="yarpp yarpp-related yarpp-related-website yarpp-template-list">'
        . '<h3>مواضيع ذات صلة:</h3><ol>' . $related . '</ol></div>';
});
