-- A browser's own orders, newest first, for the page that lists them.

create index shop_order_of_shopper_by_age on shop_order (shopper, placed_at, id);
