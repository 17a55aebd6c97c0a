//! The contract: the behaviour of every kind of store, tested once against the trait.
//!
//! A behaviour is a function of the kind of store. The list below runs each of them on every kind
//! and audits the shop afterwards. There are three kinds: `sqlite`, `postgres`, and `three`
//! instances that take turns with the commands. A new kind implements [`harness::Premises`], which
//! opens a shop, advances its clock and inspects it from outside, and has one line in the list.
//!
//! * `carts`, `ends` (of holds), `orders`, `submissions`, `levels`, `sales`: buying; `waits`,
//!   `lines`: the waitlist.
//! * `catalogue`, `imports`, `mail`, `news`, `ledger`, `desk`, `staff_directory`: the rest.
//! * `model`: random batches, some sent twice, compared with a simple model.
//! * `instances`: what only several instances have: races, fairness, lost notifications.
//! * `unguarded`: with a guard removed, the behaviour that depends on it fails; `altered` makes
//!   such a store.
//!
//! The tests need PostgreSQL: `scripts/with-postgres cargo nextest run …` starts a server and
//! removes it afterwards.

mod altered;
mod carts;
mod catalogue;
mod desk;
mod ends;
mod harness;
mod imports;
mod instances;
mod ledger;
mod levels;
mod lines;
mod mail;
mod model;
mod news;
mod orders;
mod postgres;
mod sales;
mod sqlite;
mod staff_directory;
mod submissions;
mod three;
mod unguarded;
mod waits;

/// The list: one test for each behaviour on one kind of store.
macro_rules! contract {
    ($kind:path) => {
        contract! { on $kind:
            carts: [
                copies_in_a_cart_are_not_there_for_others,
                ten_copies_go_to_exactly_ten_of_two_hundred_shoppers,
                a_copy_that_is_given_back_is_there_again,
                ones_own_hold_never_stands_in_ones_own_way,
                the_limit_counts_cart_and_open_orders_together,
                a_book_that_is_not_there_is_named,
                a_line_can_be_extended_to_twelve_times_its_length,
                a_line_keeps_its_price_and_shows_the_new_one_beside_it,
                a_shopper_who_leaves_in_the_middle_leaves_nothing_half_done,
                what_was_answered_is_there_when_the_shop_opens_again,
            ]
            catalogue: [
                a_book_is_found_by_its_words_and_its_number,
                the_catalogue_stands_in_the_order_that_is_asked_for,
                what_is_sold_out_is_not_in_stock_from_then_on,
                a_change_of_the_catalogue_is_seen_by_the_next_who_asks,
                pages_end_and_names_follow_one_another,
            ]
            desk: [
                orders_are_found_by_how_they_stand_and_whose_they_are,
                the_desk_sees_who_has_a_claim_and_takes_holds_back,
                a_withdrawn_book_has_nothing_available_whatever_comes_back,
            ]
            ends: [
                a_hold_that_is_over_comes_back_by_itself_within_a_second,
                a_hold_is_over_at_its_time_and_not_a_moment_before,
                a_hold_that_was_extended_ends_at_its_new_time,
                what_ended_while_the_shop_was_closed_is_back_when_it_opens,
                a_cart_tells_for_an_hour_of_what_ran_out,
                many_holds_end_at_once,
            ]
            orders: [
                an_order_sets_its_copies_aside_until_they_are_collected,
                an_order_that_is_called_off_gives_its_copies_back,
                an_order_that_nobody_collects_is_overdue_by_itself,
                an_order_is_not_overdue_a_moment_too_soon,
                an_order_takes_again_what_had_just_run_out,
                an_order_names_what_is_gone_and_keeps_the_rest,
                an_order_that_is_not_there_is_refused,
                an_order_is_ready_until_it_is_closed,
                a_contact_is_erased_ninety_days_after_its_order_was_closed,
            ]
            submissions: [
                the_same_submission_twice_has_the_effect_of_one,
                an_order_sent_twice_is_one_order,
                the_same_submission_many_times_at_once_has_the_effect_of_one,
                a_key_names_one_submission_of_one_shopper,
                a_submission_that_was_refused_may_be_tried_again,
                an_answer_is_kept_for_a_day_at_least,
            ]
            levels: [
                a_change_is_announced_and_a_refusal_is_not,
                each_change_is_one_version_and_every_version_is_told,
                levels_are_told_in_the_order_they_were_asked_for,
                stock_goes_up_and_down_but_never_below_what_is_promised,
                every_price_that_a_book_has_had_is_remembered,
                what_is_promised_in_the_whole_shop_is_counted,
                what_falls_is_told_and_what_runs_out_first_is_told_first,
            ]
            ledger: [
                every_movement_is_read_once_and_in_its_order,
                a_ledger_can_be_read_backwards,
                a_filter_leaves_out_what_is_not_wanted,
                a_page_looks_through_so_many_and_no_more,
                whoever_reads_knows_how_much_is_left,
                whoever_waits_is_told_of_the_next_movement,
            ]
            mail: [
                an_order_that_is_kept_has_one_mail_and_a_refused_one_none,
                a_copy_that_is_offered_to_an_address_has_one_mail,
                a_shop_that_sends_no_mail_writes_none,
                a_mail_is_claimed_by_one_until_the_claim_ends,
                a_mail_that_is_put_off_comes_back_at_its_time,
                a_mail_waits_for_the_shop_to_open_again,
                a_mail_that_nobody_sends_is_forgotten,
            ]
            news: [
                what_is_announced_is_told_until_it_is_withdrawn,
                an_announcement_is_over_at_its_time_and_not_a_moment_before,
                an_announcement_that_is_sent_twice_is_made_once,
                only_so_many_are_announced_at_once,
                what_is_announced_outlives_the_shops_closing_until_its_end,
                what_was_over_long_ago_is_forgotten_and_still_counts,
            ]
            waits: [
                a_copy_that_comes_back_is_the_first_waiters_and_nobody_elses,
                an_offer_that_runs_out_is_the_next_ones_by_itself,
                an_offer_that_ran_out_while_the_shop_was_closed_is_the_next_ones,
                an_offer_that_is_declined_is_the_next_ones,
                an_offer_that_is_accepted_is_a_line_of_the_cart,
                copies_that_come_back_in_any_way_are_offered,
                many_are_offered_many_copies_at_once,
            ]
            lines: [
                who_cannot_be_told_is_passed_over_and_keeps_the_place,
                where_nobody_can_be_told_copies_are_on_the_shelf,
                a_line_is_stood_in_once_and_for_so_many_books,
                whoever_leaves_and_comes_back_stands_at_the_end,
            ]
            sales: [
                a_sale_opens_at_its_time_and_not_a_moment_before,
            ]
            imports: [
                an_upload_goes_on_from_the_last_byte_that_was_kept,
                one_connection_sends_at_a_time,
                so_many_imports_are_open_and_no_more,
                an_import_that_nobody_goes_on_with_is_called_off_and_forgotten,
                an_import_is_one_workers_until_the_claim_ends,
                an_import_that_comes_no_further_is_given_up,
                an_import_that_was_ready_long_ago_is_claimed_like_any_other,
                what_a_check_finds_is_there_to_be_read,
                a_rehearsal_says_what_would_be_and_changes_nothing,
                every_line_is_taken_in_once,
                what_was_left_out_is_counted_when_it_is_over,
                the_same_file_again_counts_no_copies_again,
                two_imports_of_one_file_at_once_count_each_row_once,
                an_import_that_is_forgotten_bit_by_bit_says_no_longer_what_is_in,
                what_was_counted_is_as_of_when_the_file_was_announced,
                a_later_count_stands_that_found_no_difference,
                what_moved_is_reckoned_once_however_often_a_book_is_meant,
                a_later_count_stands,
                an_import_that_is_called_off_stops_between_two_deliveries,
                an_import_goes_on_when_the_shop_opens_again,
                two_imports_at_once_make_each_book_once,
                a_book_has_the_cover_that_was_sent_last,
            ]
            staff_directory: [
                the_first_is_the_owner_and_names_are_taken_once,
                a_session_lasts_until_its_time_or_until_it_is_closed,
                whoever_signs_in_anew_leaves_the_old_session,
                another_password_or_none_ends_all_sessions,
            ]
            model: [
                the_shop_does_what_the_model_does,
            ]
        }
    };
    (on $kind:path: $($question:ident: [$($behaviour:ident,)+])+) => {
        $(mod $question {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $behaviour() {
                let shop = crate::contract::$question::$behaviour($kind).await;
                assert_eq!(shop.premises.audit().await, Vec::<String>::new());
                shop.store.close().await;
            })+
        })+
    };
}

mod on_sqlite {
    contract!(crate::contract::sqlite::sqlite);
}

mod on_postgres {
    contract!(crate::contract::postgres::postgres);
}

mod on_three_instances {
    contract!(crate::contract::three::three);
}
