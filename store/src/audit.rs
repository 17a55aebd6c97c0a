//! The invariants of the data, as queries that run on both databases.

use sqlx::FromRow;

/// A violation that the audit found.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Finding {
    /// The book, hold, order or receipt.
    pub subject: String,
    /// What is wrong with it.
    pub what: String,
}

/// One query for each invariant, which returns the violations. The audit's tests break each
/// invariant in a way that only its own query finds.
pub(crate) const RULES: [&str; 20] = [
    // Every book has a stock.
    "select slug as subject, 'it has no stock' as what
     from book left join stock on stock.book_id = book.id
     where stock.book_id is null",
    // The level is the sum of the book's movements.
    "select slug as subject,
            format('stock is %s on hand, %s held, %s allocated; its movements say %s, %s, %s',
                   stock.on_hand, stock.held, stock.allocated,
                   coalesce(said.on_hand, 0), coalesce(said.held, 0), coalesce(said.allocated, 0)) as what
     from stock join book on book.id = book_id
     left join (select book_id, sum(on_hand) as on_hand, sum(held) as held, sum(allocated) as allocated
                from movement group by book_id) as said using (book_id)
     where (stock.on_hand, stock.held, stock.allocated)
        is distinct from (coalesce(said.on_hand, 0), coalesce(said.held, 0), coalesce(said.allocated, 0))",
    // Versions are gapless, from 1 to the book's own.
    "select slug as subject,
            format('version is %s; its %s movements go from %s to %s', version,
                   coalesce(said.rows, 0), coalesce(said.least, 0), coalesce(said.most, 0)) as what
     from stock join book on book.id = book_id
     left join (select book_id, count(*) as rows, min(version) as least, max(version) as most
                from movement group by book_id) as said using (book_id)
     where (said.least, said.most, said.rows) is distinct from (1, version, version)",
    // A book's first movement, and no other, is its opening.
    "select slug as subject, format('its movement %s is called %s', version, kind) as what
     from movement join book on book.id = book_id
     where case when version = 1 then kind <> 'opened' else kind = 'opened' end",
    // Held is the sum of the active holds.
    "select slug as subject, format('%s held, but active holds have %s', held, coalesce(claimed, 0)) as what
     from stock join book on book.id = book_id
     left join (select book_id, sum(quantity) as claimed from hold where state = 'active' group by book_id) as holds
          using (book_id)
     where held is distinct from coalesce(claimed, 0)",
    // Allocated is the sum of the lines of open orders.
    "select slug as subject, format('%s allocated, but open orders have %s', allocated, coalesce(ordered, 0)) as what
     from stock join book on book.id = book_id
     left join (select book_id, sum(quantity) as ordered
                from order_line join shop_order on shop_order.id = order_id and state = 'placed'
                group by book_id) as orders using (book_id)
     where allocated is distinct from coalesce(ordered, 0)",
    // Available copies were never negative, at any version.
    "select slug as subject, format('at version %s, %s copies were available', version, remaining) as what
     from (select book_id, version,
                  sum(on_hand - held - allocated) over (partition by book_id order by version) as remaining
           from movement) as shelf join book on book.id = book_id
     where remaining < 0",
    // A withdrawn book has no available copies.
    "select slug as subject, format('it is withdrawn, but %s copies are available', on_hand - held - allocated) as what
     from stock join book on book.id = book_id
     where withdrawn = 1 and on_hand - held - allocated <> 0",
    // A hold's movements add up to its quantity while it is active, and to nothing afterwards.
    "select format('hold %s', hold.id) as subject,
            format('it is %s with %s copies, but its movements hold %s', state, quantity, coalesce(moved, 0)) as what
     from hold
     left join (select hold_id, sum(held) as moved from movement where hold_id is not null group by hold_id) as said
          on said.hold_id = hold.id
     where coalesce(moved, 0) <> case state when 'active' then quantity else 0 end",
    // A movement that names a hold belongs to the hold's book.
    "select slug as subject, format('its movement %s names hold %s, which does not exist for this book', version, hold_id) as what
     from movement join book on book.id = movement.book_id
     left join hold on hold.id = movement.hold_id
     where movement.hold_id is not null and movement.book_id is distinct from hold.book_id",
    // An order's movements for each book allocate the ordered quantity while it is open, and
    // nothing afterwards.
    "select format('order %s', order_line.order_id) as subject,
            format('it is %s, but its movements allocate %s of %s copies of %s',
                   state, coalesce(moved, 0), quantity, slug) as what
     from order_line join shop_order on shop_order.id = order_line.order_id
     join book on book.id = order_line.book_id
     left join (select order_id, book_id, sum(allocated) as moved
                from movement where order_id is not null group by order_id, book_id) as said
          on said.order_id = order_line.order_id and said.book_id = order_line.book_id
     where coalesce(moved, 0) <> case state when 'placed' then quantity else 0 end",
    // Collected copies have left the shop; copies of other orders have not.
    "select format('order %s', order_line.order_id) as subject,
            format('it is %s, but its movements take %s of %s copies of %s from the shop',
                   state, coalesce(taken, 0), quantity, slug) as what
     from order_line join shop_order on shop_order.id = order_line.order_id
     join book on book.id = order_line.book_id
     left join (select order_id, book_id, - sum(on_hand) as taken
                from movement where order_id is not null group by order_id, book_id) as said
          on said.order_id = order_line.order_id and said.book_id = order_line.book_id
     where coalesce(taken, 0) <> case state when 'collected' then quantity else 0 end",
    // A movement that names an order belongs to a book in that order.
    "select slug as subject, format('its movement %s names order %s, which has no line for this book', version, movement.order_id) as what
     from movement join book on book.id = movement.book_id
     left join order_line on order_line.order_id = movement.order_id and order_line.book_id = movement.book_id
     where movement.order_id is not null and order_line.order_id is null",
    // An order has lines, and a line has an order.
    "select format('order %s', coalesce(shop_order.id, order_line.order_id)) as subject,
            case when shop_order.id is null then 'it has lines, but does not exist' else 'it has no lines' end as what
     from shop_order full join order_line on order_line.order_id = shop_order.id
     where shop_order.id is null or order_line.order_id is null",
    // A sale takes its copies from the shop, a return brings them back, and damaged ones stay away.
    "select format('receipt %s', receipt_line.receipt_id) as subject,
            format('it is a %s, but its movements bring %s of %s copies of %s', kind, coalesce(moved, 0), quantity, slug) as what
     from receipt_line join receipt on receipt.id = receipt_line.receipt_id
     join book on book.id = receipt_line.book_id
     left join (select receipt_id, book_id, sum(on_hand) as moved
                from movement where receipt_id is not null group by receipt_id, book_id) as said
          on said.receipt_id = receipt_line.receipt_id and said.book_id = receipt_line.book_id
     where coalesce(moved, 0) <> case kind when 'sale' then - quantity when 'return' then quantity else 0 end",
    // A movement at the counter belongs to a line of its receipt.
    "select slug as subject, format('its movement %s is %s, but no receipt has a line for it', version, movement.kind) as what
     from movement join book on book.id = movement.book_id
     left join receipt_line on receipt_line.receipt_id = movement.receipt_id and receipt_line.book_id = movement.book_id
     where (movement.receipt_id is not null or movement.kind in ('sold', 'returned')) and receipt_line.receipt_id is null",
    // A receipt has lines, and a line has a receipt.
    "select format('receipt %s', coalesce(receipt.id, receipt_line.receipt_id)) as subject,
            case when receipt.id is null then 'it has lines, but does not exist' else 'it has no lines' end as what
     from receipt full join receipt_line on receipt_line.receipt_id = receipt.id
     where receipt.id is null or receipt_line.receipt_id is null",
    // A shopper never waits for a book that they hold or are offered.
    "select format('hold %s', hold.id) as subject, format('its shopper also waits for %s', slug) as what
     from hold join wait on wait.shopper = hold.shopper and wait.book_id = hold.book_id
     join book on book.id = hold.book_id
     where state = 'active'",
    // Every offered hold began as an offer, according to the ledger.
    "select format('hold %s', hold.id) as subject, format('it is an offer of %s, but no movement made the offer', slug) as what
     from hold join book on book.id = hold.book_id
     left join (select distinct hold_id from movement where kind = 'held' and reason = 'offer') as said
          on said.hold_id = hold.id
     where offered = 1 and said.hold_id is null",
    // Every reference to a book leads to a book.
    "select format('book %s', book_id) as subject, 'it does not exist, but something names it' as what
     from (select book_id from stock union select book_id from hold
           union select book_id from order_line union select book_id from movement
           union select book_id from receipt_line union select book_id from wait) as named
     left join book on book.id = book_id
     where book.id is null",
];
