-- The order's confirmation could not be sent, so its page and the desk say so.
alter table shop_order add column mail_failed bigint not null default 0
    constraint shop_order_mail_failed_known check (mail_failed in (0, 1));

-- A hash of the recipient, by which the mails to one address are counted after the address is
-- erased. Mails of earlier versions have none.
alter table mail add column recipient_hash bigint;
create index mail_by_recipient on mail (recipient_hash, created_at) where recipient_hash is not null;
