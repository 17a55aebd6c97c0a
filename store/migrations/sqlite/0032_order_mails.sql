-- Mails about orders: what became of each, and what owners have set about them.

-- The language that the customer has chosen; null if an earlier version took the order.
alter table shop_order add column language text;

-- The order and the mail's name, for mails about orders. They stay when the rest is erased.
alter table mail add column order_id integer constraint mail_order_fk references shop_order (id);
alter table mail add column about text constraint mail_about_known
    check (about is null or about in ('placed', 'ready', 'reminder', 'overdue', 'cancelled'));
-- Why it was given up, and the mail server's answer, shortened and without the address.
alter table mail add column why text constraint mail_why_known
    check (why is null or why in ('refused', 'address', 'too_many', 'too_late'));
alter table mail add column answer text constraint mail_answer_with_refusal
    check (answer is null or why = 'refused');

create index mail_by_order on mail (order_id) where order_id is not null;
-- A customer is reminded once, whichever instances decide to.
create unique index mail_reminder_once on mail (order_id) where about = 'reminder';
-- What waits to be told is not told twice.
create unique index mail_waiting_once on mail (order_id, about) where state = 'waiting' and about is not null;

-- One row for each mail that an owner has changed; the others are sent as they are.
create table mail_setting (
    about    text    not null constraint mail_setting_pk primary key,
    version  integer not null constraint mail_setting_version_not_negative check (version >= 0),
    enabled  integer not null constraint mail_setting_enabled_known check (enabled in (0, 1)),
    -- The owner's words at the beginning of the mail, for each language that has any.
    prefaces text    not null constraint mail_setting_prefaces_are_an_object
             check (json_valid(prefaces) and json_type(prefaces) = 'object')
) strict;
