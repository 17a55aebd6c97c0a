-- At which version of its level a book's page last changed in anything but the level itself.
-- From now on a change of the price, the page or whether the book is sold is a movement of no
-- copies, so that the version moves.

alter table stock add column page integer not null default 1
    constraint stock_page_positive check (page >= 1);
