-- Lapsed holds in the order in which they are ended for good, so that a slice of them is found
-- without looking at those that carts still show.
create index hold_lapsed_in_order on hold (expires_at) where state = 'lapsed';
