-- What the desk does: an order is ready, a hold is taken back, a book is withdrawn.

alter table shop_order add column ready_at bigint;

-- By the shop, before its time; its owner is told so for as long as of one that ran out.
alter table hold add column taken_back bigint not null default 0
    constraint hold_taken_back_is_over check (taken_back = 0 or (taken_back = 1 and state <> 'active'));

-- A withdrawn book stays known, with nothing available: what comes back of it leaves the shelf.
alter table book add column withdrawn bigint not null default 0
    constraint book_withdrawn_is_so_or_not check (withdrawn in (0, 1));
create index book_withdrawn on book (title) where withdrawn = 1;
