-- What the desk does: an order is ready, and a hold is taken back.

alter table shop_order add column ready_at bigint;

-- By the shop, before its time; its owner is told so for as long as of one that ran out.
alter table hold add column taken_back bigint not null default 0
    constraint hold_taken_back_is_over check (taken_back = 0 or (taken_back = 1 and state <> 'active'));
