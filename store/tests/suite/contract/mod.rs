//! The contract: the behaviour of every kind of store, tested once against the trait.

/// Makes a store without one of its guards.
mod altered;
mod books;
mod carts;
mod catalogue;
/// A clock in doubt.
mod clock;
/// Sales and returns at the counter.
mod counter;
/// What a day at the desk begins with, and the order of its lists.
mod day;
mod desk;
/// The ends of holds.
mod ends;
mod harness;
mod imports;
/// Behaviour that only several instances have: races, fairness, lost notifications.
mod instances;
mod journal;
mod ledger;
mod legal;
/// Stock and prices.
mod levels;
/// The order of the waitlist.
mod lines;
mod mail;
/// Random batches, some sent twice, compared with a simple model.
mod model;
mod news;
/// Mails about orders, after the confirmation.
mod order_mails;
mod orders;
/// What owners do with accounts.
mod people;
/// The tests need PostgreSQL: `scripts/with-postgres cargo nextest run …` starts a server and
/// removes it afterwards.
mod postgres;
mod sales;
mod sales_figures;
/// The first owner of a new shop.
mod set_up;
mod settings;
mod shopper_orders;
mod sqlite;
mod staff_directory;
mod submissions;
mod three;
/// With a guard removed, the behaviour that depends on it fails.
mod unguarded;
mod waits;
mod withdrawals;

/// Lists the behaviours, and makes a test of each for one kind of store.
///
/// A behaviour is a function that takes the kind of store. Each runs on every kind, and its shop is
/// audited afterwards. There are three kinds: `sqlite`, `postgres`, and `three`, whose three
/// instances take turns with the commands. A new kind implements [`harness::Premises`], which opens
/// a shop, advances its clock and inspects it from outside, and gets its own module below.
macro_rules! contract {
    ($kind:path) => {
        contract! { on $kind:
            carts: [
                copies_in_a_cart_are_not_available_to_others,
                ten_copies_go_to_exactly_ten_of_two_hundred_shoppers,
                a_copy_that_is_given_back_is_available_again,
                a_shoppers_own_hold_never_blocks_them,
                the_limit_counts_cart_and_open_orders_together,
                an_unknown_book_is_refused_by_name,
                a_hold_can_be_extended_to_twelve_times_its_length,
                a_line_keeps_its_price_and_shows_the_new_one_beside_it,
                a_command_whose_caller_leaves_is_executed_wholly_or_not_at_all,
                answered_changes_survive_reopening,
            ]
            books: [
                a_book_that_is_added_is_for_sale_and_found,
                one_isbn_is_not_given_to_two_books,
                an_edit_is_published_kept_and_found,
                of_two_who_edit_a_book_the_second_is_refused,
                a_book_at_its_reorder_point_is_listed,
                a_cover_that_is_set_at_the_desk_is_a_new_revision,
            ]
            catalogue: [
                a_book_is_found_by_its_words_and_its_isbn,
                the_catalogue_is_in_the_requested_order,
                a_sold_out_book_is_no_longer_in_stock,
                the_stock_is_sorted_by_any_column,
                a_change_of_the_catalogue_is_seen_by_the_next_search,
                each_book_is_on_one_page_and_named_once,
            ]
            day: [
                open_orders_are_counted_and_listed_by_what_is_to_do,
                orders_are_sorted_by_a_column_and_read_page_by_page,
                books_are_named_and_unknown_ones_are_left_out,
                offers_are_listed_until_they_end,
                books_in_short_supply_are_listed_if_they_are_wanted,
            ]
            desk: [
                orders_are_found_by_state_and_contact,
                the_desk_sees_claims_and_takes_holds_back,
                a_withdrawn_book_has_no_available_copies_even_if_some_come_back,
                price_terms_of_sale_and_withdrawal_are_published_to_every_page,
            ]
            counter: [
                a_counter_sale_takes_its_copies_from_stock_with_one_receipt,
                a_counter_sale_never_takes_a_promised_copy,
                a_counter_sale_is_made_as_a_whole_or_not_at_all,
                a_counter_sale_that_is_sent_twice_is_made_once,
                copies_returned_at_the_counter_go_to_the_first_in_line,
                damaged_copies_are_recorded_and_stay_out_of_stock,
                many_counter_sales_and_shoppers_share_the_copies,
                a_book_is_found_by_its_isbn,
            ]
            ends: [
                an_expired_hold_is_released_by_itself_within_a_second,
                a_hold_ends_at_its_time_and_not_before,
                a_hold_that_was_extended_ends_at_its_new_time,
                holds_that_ended_while_the_shop_was_closed_are_released_when_it_opens,
                a_cart_shows_lapsed_lines_for_an_hour,
                many_holds_end_at_once,
            ]
            clock: [
                a_start_with_a_clock_far_ahead_ends_holds_but_no_orders,
                overdue_orders_end_once_the_clock_is_accepted,
                at_a_start_soon_after_the_last_change_the_clock_is_trusted,
                a_start_with_a_clock_far_ahead_erases_no_contact,
            ]
            orders: [
                an_order_sets_its_copies_aside_until_they_are_collected,
                a_cancelled_order_gives_its_copies_back,
                a_change_of_an_order_is_published_to_its_page_and_its_shopper,
                an_order_that_nobody_collects_becomes_overdue_by_itself,
                an_order_can_be_collected_until_its_deadline,
                an_order_includes_lines_that_have_just_lapsed,
                an_order_names_books_that_are_gone_and_keeps_the_rest,
                an_unknown_order_is_refused,
                an_order_is_ready_until_it_is_closed,
                a_contact_is_erased_ninety_days_after_its_order_was_closed,
            ]
            submissions: [
                a_submission_sent_twice_has_one_effect,
                an_order_sent_twice_is_one_order,
                a_submission_sent_many_times_at_once_has_one_effect,
                a_key_names_one_submission_of_one_shopper,
                a_submission_that_was_refused_may_be_tried_again,
                an_answer_is_kept_for_a_day_at_least,
                old_answers_are_deleted_even_if_they_exceed_one_slice,
            ]
            levels: [
                a_change_is_published_and_a_refusal_is_not,
                each_change_is_one_version_and_every_version_is_published,
                levels_are_returned_in_the_requested_order,
                stock_never_falls_below_held_and_allocated_copies,
                every_price_of_a_book_is_recorded,
                open_holds_and_orders_are_counted,
                falling_stock_is_listed_by_when_it_sells_out,
            ]
            ledger: [
                every_movement_is_read_once_and_in_order,
                a_ledger_can_be_read_backwards,
                a_filter_selects_movements,
                a_page_examines_a_limited_number_of_movements,
                a_reader_knows_how_much_is_left,
                a_waiting_reader_is_told_of_the_next_movement,
            ]
            mail: [
                a_placed_order_has_one_mail_and_a_refused_one_none,
                an_offer_to_an_address_has_one_mail,
                a_mail_knows_how_many_went_to_its_address_within_a_day,
                an_order_records_that_its_confirmation_failed,
                an_offer_whose_mail_fails_goes_to_the_next_shopper,
                a_shop_that_sends_no_mail_writes_none,
                a_mail_belongs_to_one_sender_until_the_claim_ends,
                a_mail_that_is_put_off_comes_back_at_its_time,
                a_mail_waits_for_the_shop_to_open_again,
                a_mail_that_is_never_sent_is_deleted,
            ]
            order_mails: [
                an_order_that_becomes_ready_or_is_cancelled_has_a_mail_in_its_language,
                an_order_that_is_not_collected_in_time_has_a_mail,
                an_order_has_one_reminder_a_day_before_it_ends,
                only_open_orders_with_an_address_have_a_reminder,
                an_order_that_is_kept_for_less_than_two_days_has_no_reminder,
                a_mail_that_was_given_up_is_listed_and_sent_again_once,
                an_erased_contact_is_gone_from_the_order_and_its_mails,
                a_setting_is_saved_by_one_of_two_owners_and_recorded,
            ]
            news: [
                an_announcement_of_the_day_ends_at_midnight_in_the_shop,
                an_announcement_is_shown_until_it_is_withdrawn,
                an_announcement_ends_at_its_time_and_not_before,
                an_announcement_that_is_sent_twice_is_made_once,
                the_number_of_active_announcements_is_limited,
                an_announcement_survives_reopening_until_its_end,
                old_announcements_are_deleted_and_still_count_in_the_version,
            ]
            waits: [
                a_returned_copy_is_offered_only_to_the_first_waiting_shopper,
                an_expired_offer_goes_to_the_next_shopper_by_itself,
                an_offer_that_expired_while_the_shop_was_closed_goes_to_the_next_shopper,
                a_declined_offer_goes_to_the_next_shopper,
                an_accepted_offer_becomes_a_line_of_the_cart,
                copies_that_come_back_in_any_way_are_offered,
                many_are_offered_many_copies_at_once,
            ]
            lines: [
                an_unreachable_shopper_is_passed_over_and_keeps_their_place,
                copies_are_available_if_no_waiting_shopper_can_be_reached,
                a_shopper_waits_once_for_each_of_a_limited_number_of_books,
                a_shopper_who_rejoins_the_waitlist_goes_to_the_end,
            ]
            withdrawals: [
                a_withdrawn_book_has_a_mail_to_each_address_that_waited,
                the_waits_for_a_withdrawn_book_end_a_limited_number_at_a_time,
            ]
            sales: [
                a_sale_opens_at_its_time_and_not_before,
                terms_set_by_somebody_else_meanwhile_are_kept,
                the_next_sale_to_open_is_listed_first,
            ]
            imports: [
                an_upload_resumes_after_the_last_stored_byte,
                one_connection_uploads_at_a_time,
                the_number_of_open_imports_is_limited,
                an_abandoned_import_is_cancelled_and_deleted,
                an_import_belongs_to_one_worker_until_the_claim_ends,
                an_import_without_progress_is_given_up,
                an_import_that_was_ready_long_ago_is_claimed_like_any_other,
                the_findings_of_a_check_can_be_read,
                a_rehearsal_returns_the_outcomes_and_changes_nothing,
                every_line_is_applied_once,
                imported_copies_are_offered_to_waiting_shoppers,
                rows_left_out_are_counted_at_the_end,
                the_same_file_imported_again_counts_no_copies_twice,
                a_file_whose_lines_were_all_refused_does_not_count_as_imported,
                two_imports_of_one_file_at_the_same_time_count_each_row_once,
                an_import_being_deleted_no_longer_tells_which_rows_were_applied,
                a_count_is_as_of_the_start_of_its_upload,
                an_earlier_count_does_not_replace_a_later_one_without_a_difference,
                movements_are_counted_once_however_often_a_book_is_named,
                an_earlier_count_does_not_replace_a_later_one,
                a_cancelled_import_stops_between_two_batches,
                an_import_continues_when_the_shop_opens_again,
                two_imports_at_the_same_time_add_each_book_once,
                an_import_leaves_alone_what_staff_wrote_at_the_desk,
                the_price_of_the_file_follows_another_currency,
                another_currency_waits_for_imports_of_books,
                a_book_has_the_cover_that_was_uploaded_last,
                an_import_leaves_a_cover_of_the_desk_alone,
            ]
            staff_directory: [
                the_first_account_is_the_owners_and_names_are_unique,
                a_session_lasts_until_it_expires_or_is_signed_out,
                signing_in_again_ends_the_old_session,
                changing_a_password_or_removing_the_account_ends_all_sessions,
            ]
            people: [
                an_invitation_makes_one_account_within_two_days,
                a_link_for_a_new_password_ends_all_sessions_and_works_once,
                a_link_that_is_replaced_or_withdrawn_does_not_work,
                the_last_owner_is_neither_removed_nor_made_a_clerk,
                only_an_owner_changes_the_accounts_of_others,
                sessions_are_listed_and_ended,
                ones_own_new_password_ends_the_other_sessions,
            ]
            set_up: [
                a_set_up_link_makes_the_first_owner_once,
                only_the_newest_set_up_link_works_and_for_an_hour,
                once_there_is_an_account_no_set_up_link_works,
                of_two_people_with_the_set_up_link_one_becomes_the_owner,
            ]
            journal: [
                a_change_by_staff_is_recorded_with_its_author_and_reason,
                a_refused_change_is_not_recorded,
                sales_and_returns_at_the_counter_are_recorded,
                entries_are_filtered_and_read_page_by_page,
                what_is_done_beside_the_stock_is_recorded_too,
                an_import_that_is_applied_is_recorded_once,
                entries_cannot_be_changed_and_are_kept_for_two_years,
                an_entry_is_kept_until_it_is_thirty_days_older_than_the_newest,
            ]
            sales_figures: [
                what_was_sold_is_counted_by_day_and_by_week,
                what_was_sold_is_counted_by_the_days_of_a_time_zone,
                what_was_sold_is_counted_by_book_as_in_the_ledger,
                copies_that_were_not_collected_are_counted_by_book,
                books_in_stock_of_which_none_was_sold_lie_idle,
                counter_sales_count_less_what_came_back,
            ]
            settings: [
                a_change_of_the_settings_is_seen_by_every_instance_and_kept,
                of_two_owners_with_one_version_the_second_is_refused,
                a_change_of_the_settings_is_recorded_with_its_fields,
                settings_of_a_later_release_are_kept,
                prices_keep_their_numbers_in_another_currency,
                a_price_that_does_not_fit_keeps_the_currency,
                prices_are_rounded_to_the_decimals_of_another_currency,
                the_currency_stays_while_a_copy_is_in_a_cart,
                the_currency_can_be_changed_after_a_cart_was_emptied,
                the_currency_stays_once_something_was_ordered,
                the_currency_stays_once_something_was_sold_at_the_counter,
            ]
            legal: [
                a_legal_text_is_seen_by_every_instance_and_kept,
                of_two_owners_with_one_version_the_texts_of_the_first_stay,
                legal_texts_of_a_later_release_are_kept,
            ]
            shopper_orders: [
                a_shoppers_orders_are_listed_newest_first_and_page_by_page,
            ]
            model: [
                the_shop_does_what_the_model_does,
            ]
        }
    };
    (on $kind:path: $($module:ident: [$($behaviour:ident,)+])+) => {
        $(mod $module {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $behaviour() {
                let shop = crate::contract::$module::$behaviour($kind).await;
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
