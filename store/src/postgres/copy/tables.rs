//! The tables to copy, each with its statements for both databases.

use super::COVERS;

/// A table, read from SQLite as JSON and written to PostgreSQL.
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) count: &'static str,
    pub(super) read: &'static str,
    pub(super) write: &'static str,
}

/// The tables to copy, in an order that satisfies the foreign keys.
pub(super) const TABLES: [Table; 24] = [
    Table {
        name: "setting",
        // The copy has an epoch of its own.
        count: "select count(*) from setting where name <> 'epoch'",
        read: "select json_object('name', name, 'value', hex(value)) from setting
               where name <> 'epoch'",
        write: "insert into setting (name, value)
                select name, decode(value, 'hex')
                from json_to_recordset($1::text::json) as new (name text, value text)
                on conflict (name) do update set value = excluded.value",
    },
    Table {
        name: "book",
        count: "select count(*) from book",
        read: "select json_object('id', id, 'slug', slug, 'title', title, 'author', author, 'isbn', isbn,
                      'description', description, 'cover_alt', cover_alt, 'price_cents', price_cents,
                      'opens_at', opens_at, 'limit_per_shopper', limit_per_shopper,
                      'withdrawn', withdrawn, 'facts', facts, 'sources', sources,
                      'reorder_point', reorder_point)
               from book",
        write: "insert into book (id, slug, title, author, isbn, description, cover_alt, price_cents,
                                  opens_at, limit_per_shopper, withdrawn, facts, sources,
                                  reorder_point)
                select id, slug, title, author, isbn, description, cover_alt, price_cents,
                       opens_at, limit_per_shopper, withdrawn, facts, sources, reorder_point
                from json_to_recordset($1::text::json) as new
                     (id bigint, slug text, title text, author text, isbn text, description text,
                      cover_alt text, price_cents bigint, opens_at bigint, limit_per_shopper bigint,
                      withdrawn bigint, facts text, sources text, reorder_point bigint)",
    },
    Table {
        name: "stock",
        count: "select count(*) from stock",
        read: "select json_object('book_id', book_id, 'on_hand', on_hand, 'held', held,
                      'allocated', allocated, 'version', version, 'page', page)
               from stock",
        write: "insert into stock (book_id, on_hand, held, allocated, version, page)
                select book_id, on_hand, held, allocated, version, page
                from json_to_recordset($1::text::json) as new
                     (book_id bigint, on_hand bigint, held bigint, allocated bigint, version bigint,
                      page bigint)",
    },
    Table {
        name: "hold",
        count: "select count(*) from hold",
        read: "select json_object('id', id, 'shopper', hex(shopper), 'book_id', book_id,
                      'quantity', quantity, 'price_cents', price_cents, 'created_at', created_at,
                      'expires_at', expires_at, 'state', state, 'offered', offered, 'taken_back', taken_back)
               from hold",
        write: "insert into hold
                    (id, shopper, book_id, quantity, price_cents, created_at, expires_at, state, offered,
                     taken_back)
                select id, decode(shopper, 'hex'), book_id, quantity, price_cents, created_at, expires_at,
                       state, offered, taken_back
                from json_to_recordset($1::text::json) as new
                     (id bigint, shopper text, book_id bigint, quantity bigint, price_cents bigint,
                      created_at bigint, expires_at bigint, state text, offered bigint, taken_back bigint)",
    },
    Table {
        name: "shop_order",
        count: "select count(*) from shop_order",
        read: "select json_object('id', id, 'code', code, 'shopper', hex(shopper), 'name', name,
                      'reach', reach, 'note', note, 'placed_at', placed_at, 'collect_by', collect_by,
                      'ready_at', ready_at, 'closed_at', closed_at, 'state', state, 'version', version,
                      'mail_failed', mail_failed, 'language', language)
               from shop_order",
        write: "insert into shop_order
                    (id, code, shopper, name, reach, note, placed_at, collect_by, ready_at, closed_at,
                     state, version, mail_failed, language)
                select id, code, decode(shopper, 'hex'), name, reach, note, placed_at, collect_by,
                       ready_at, closed_at, state, version, mail_failed, language
                from json_to_recordset($1::text::json) as new
                     (id bigint, code bigint, shopper text, name text, reach text, note text,
                      placed_at bigint, collect_by bigint, ready_at bigint, closed_at bigint, state text,
                      version bigint, mail_failed bigint, language text)",
    },
    Table {
        name: "order_line",
        count: "select count(*) from order_line",
        read: "select json_object('order_id', order_id, 'book_id', book_id, 'quantity', quantity,
                      'price_cents', price_cents)
               from order_line",
        write: "insert into order_line (order_id, book_id, quantity, price_cents)
                select order_id, book_id, quantity, price_cents
                from json_to_recordset($1::text::json) as new
                     (order_id bigint, book_id bigint, quantity bigint, price_cents bigint)",
    },
    Table {
        name: "movement",
        count: "select count(*) from movement",
        read: "select json_object('id', id, 'book_id', book_id, 'version', version, 'kind', kind,
                      'on_hand', on_hand, 'held', held, 'allocated', allocated, 'hold_id', hold_id,
                      'order_id', order_id, 'reason', reason, 'at', at, 'counted_at', counted_at,
                      'receipt_id', receipt_id)
               from movement order by id",
        write: "insert into movement
                    (id, book_id, version, kind, on_hand, held, allocated, hold_id, order_id, reason, at,
                     counted_at, receipt_id)
                select id, book_id, version, kind, on_hand, held, allocated, hold_id, order_id, reason, at,
                       counted_at, receipt_id
                from json_to_recordset($1::text::json) as new
                     (id bigint, book_id bigint, version bigint, kind text, on_hand bigint, held bigint,
                      allocated bigint, hold_id bigint, order_id bigint, reason text, at bigint,
                      counted_at bigint, receipt_id bigint)",
    },
    Table {
        name: "receipt",
        count: "select count(*) from receipt",
        read: "select json_object('id', id, 'kind', kind, 'at', at) from receipt",
        write: "insert into receipt (id, kind, at)
                select id, kind, at
                from json_to_recordset($1::text::json) as new (id bigint, kind text, at bigint)",
    },
    Table {
        name: "receipt_line",
        count: "select count(*) from receipt_line",
        read: "select json_object('receipt_id', receipt_id, 'book_id', book_id, 'quantity', quantity,
                      'price_cents', price_cents)
               from receipt_line",
        write: "insert into receipt_line (receipt_id, book_id, quantity, price_cents)
                select receipt_id, book_id, quantity, price_cents
                from json_to_recordset($1::text::json) as new
                     (receipt_id bigint, book_id bigint, quantity bigint, price_cents bigint)",
    },
    Table {
        name: "submission",
        count: "select count(*) from submission",
        read: "select json_object('shopper', hex(shopper), 'key', key, 'fingerprint', hex(fingerprint),
                      'answer', answer, 'at', at)
               from submission",
        write: "insert into submission (shopper, key, fingerprint, answer, at)
                select decode(shopper, 'hex'), key, decode(fingerprint, 'hex'), answer, at
                from json_to_recordset($1::text::json) as new
                     (shopper text, key text, fingerprint text, answer text, at bigint)",
    },
    Table {
        name: "price",
        count: "select count(*) from price",
        read: "select json_object('book_id', book_id, 'since', since, 'price_cents', price_cents)
               from price",
        write: "insert into price (book_id, since, price_cents)
                select book_id, since, price_cents
                from json_to_recordset($1::text::json) as new
                     (book_id bigint, since bigint, price_cents bigint)",
    },
    Table {
        name: "wait",
        count: "select count(*) from wait",
        read: "select json_object('book_id', book_id, 'place', place, 'shopper', hex(shopper),
                      'since', since, 'ends_at', ends_at, 'reachable_until', reachable_until,
                      'email', email, 'language', language)
               from wait",
        write: "insert into wait (book_id, place, shopper, since, ends_at, reachable_until, email, language)
                select book_id, place, decode(shopper, 'hex'), since, ends_at, reachable_until,
                       email, language
                from json_to_recordset($1::text::json) as new
                     (book_id bigint, place bigint, shopper text, since bigint, ends_at bigint,
                      reachable_until bigint, email text, language text)",
    },
    Table {
        name: "shopper",
        count: "select count(*) from shopper",
        read: "select json_object('id', hex(id), 'number', number) from shopper",
        write: "insert into shopper (id, number)
                select decode(id, 'hex'), number
                from json_to_recordset($1::text::json) as new (id text, number bigint)",
    },
    Table {
        name: "mail",
        count: "select count(*) from mail",
        read: "select json_object('id', id, 'token', token, 'recipient', recipient,
                      'recipient_hash', recipient_hash, 'letter', letter,
                      'language', language, 'created_at', created_at, 'due_at', due_at,
                      'tries', tries, 'state', state, 'order_id', order_id, 'about', about,
                      'why', why, 'answer', answer)
               from mail",
        write: "insert into mail (id, token, recipient, recipient_hash, letter, language, created_at,
                                  due_at, tries, state, order_id, about, why, answer)
                select id, token, recipient, recipient_hash, letter, language, created_at, due_at, tries,
                       state, order_id, about, why, answer
                from json_to_recordset($1::text::json) as new
                     (id bigint, token text, recipient text, recipient_hash bigint, letter text,
                      language text, created_at bigint, due_at bigint, tries bigint, state text,
                      order_id bigint, about text, why text, answer text)",
    },
    Table {
        name: "mail_setting",
        count: "select count(*) from mail_setting",
        read: "select json_object('about', about, 'version', version, 'enabled', enabled,
                      'prefaces', prefaces)
               from mail_setting",
        write: "insert into mail_setting (about, version, enabled, prefaces)
                select about, version, enabled, prefaces
                from json_to_recordset($1::text::json) as new
                     (about text, version bigint, enabled bigint, prefaces text)",
    },
    Table {
        name: "bulletin",
        count: "select count(*) from bulletin",
        read: "select json_object('one', one, 'changes', changes) from bulletin",
        write: "insert into bulletin (one, changes)
                select one, changes
                from json_to_recordset($1::text::json) as new (one bigint, changes bigint)
                on conflict (one) do update set changes = excluded.changes",
    },
    Table {
        name: "announcement",
        count: "select count(*) from announcement",
        read: "select json_object('number', number, 'key', key, 'text', text, 'made_at', made_at,
                      'made_by', made_by, 'ends_at', ends_at, 'withdrawn_at', withdrawn_at,
                      'withdrawn_by', withdrawn_by)
               from announcement",
        write: "insert into announcement
                    (number, key, text, made_at, made_by, ends_at, withdrawn_at, withdrawn_by)
                select number, key, text, made_at, made_by, ends_at, withdrawn_at, withdrawn_by
                from json_to_recordset($1::text::json) as new
                     (number bigint, key text, text text, made_at bigint, made_by text,
                      ends_at bigint, withdrawn_at bigint, withdrawn_by text)",
    },
    Table {
        name: "journal",
        count: "select count(*) from journal",
        read: "select json_object('id', id, 'at', at, 'made_by', made_by, 'kind', kind,
                      'subject', subject, 'act', act, 'reason', reason)
               from journal order by id",
        write: "insert into journal (id, at, made_by, kind, subject, act, reason)
                select id, at, made_by, kind, subject, act, reason
                from json_to_recordset($1::text::json) as new
                     (id bigint, at bigint, made_by text, kind text, subject text, act text,
                      reason text)",
    },
    Table {
        name: "shop_settings",
        count: "select count(*) from shop_settings",
        read: "select json_object('one', one, 'version', version, 'document', document)
               from shop_settings",
        write: "insert into shop_settings (one, version, document)
                select one, version, document
                from json_to_recordset($1::text::json) as new
                     (one bigint, version bigint, document text)
                on conflict (one) do update
                set version = excluded.version, document = excluded.document",
    },
    Table {
        name: "legal_texts",
        count: "select count(*) from legal_texts",
        read: "select json_object('one', one, 'version', version, 'document', document)
               from legal_texts",
        write: "insert into legal_texts (one, version, document)
                select one, version, document
                from json_to_recordset($1::text::json) as new
                     (one bigint, version bigint, document text)
                on conflict (one) do update
                set version = excluded.version, document = excluded.document",
    },
    // Sessions and links are not copied: staff sign in again, and owners make new links.
    Table {
        name: "staff",
        count: "select count(*) from staff",
        read: "select json_object('id', id, 'name', name, 'role', role, 'password', password,
                      'created_at', created_at)
               from staff",
        write: "insert into staff (id, name, role, password, created_at)
                select id, name, role, password, created_at
                from json_to_recordset($1::text::json) as new
                     (id bigint, name text, role text, password text, created_at bigint)",
    },
    Table {
        name: COVERS,
        count: "select count(*) from cover",
        read: "select json_object('book_id', book_id, 'source', hex(source), 'format', format,
                      'small', hex(small), 'large', hex(large), 'from_desk', from_desk)
               from cover",
        write: "insert into cover (book_id, source, format, small, large, from_desk)
                select book_id, decode(source, 'hex'), format, decode(small, 'hex'), decode(large, 'hex'),
                       from_desk
                from json_to_recordset($1::text::json) as new
                     (book_id bigint, source text, format text, small text, large text, from_desk bigint)",
    },
    // Only finished imports are copied, without their files. The file of an unfinished one must be
    // uploaded again.
    Table {
        name: "import_job",
        count: "select count(*) from import_job where state in ('applied', 'cancelled', 'failed')",
        read: "select json_object('id', id, 'kind', kind, 'name', name, 'size', size, 'who', who,
                      'created_at', created_at, 'moved_at', moved_at, 'state', state,
                      'received', received, 'digest', hex(digest), 'trouble', trouble,
                      'last_row', last_row, 'upto', upto, 'added', added, 'changed', changed,
                      'unchanged', unchanged, 'refused', refused, 'was_added', was_added,
                      'was_changed', was_changed, 'was_unchanged', was_unchanged,
                      'was_refused', was_refused, 'claims', claims,
                      'counts_again', counts_again, 'tries', tries, 'reached', reached,
                      'forgotten', forgotten)
               from import_job where state in ('applied', 'cancelled', 'failed')",
        write: "insert into import_job
                    (id, kind, name, size, who, created_at, moved_at, state, received, digest, trouble,
                     last_row, upto, added, changed, unchanged, refused, was_added, was_changed,
                     was_unchanged, was_refused, claims, counts_again, tries, reached, forgotten)
                select id, kind, name, size, who, created_at, moved_at, state, received,
                       nullif(decode(digest, 'hex'), ''), trouble, last_row, upto, added, changed,
                       unchanged, refused, was_added, was_changed, was_unchanged, was_refused, claims,
                       counts_again, tries, reached, forgotten
                from json_to_recordset($1::text::json) as new
                     (id text, kind text, name text, size bigint, who text, created_at bigint,
                      moved_at bigint, state text, received bigint, digest text, trouble text,
                      last_row bigint, upto bigint, added bigint, changed bigint, unchanged bigint,
                      refused bigint, was_added bigint, was_changed bigint, was_unchanged bigint,
                      was_refused bigint, claims bigint, counts_again bigint, tries bigint,
                      reached bigint, forgotten bigint)",
    },
    Table {
        name: "import_finding",
        count: "select count(*) from import_finding join import_job on id = job_id
                where state in ('applied', 'cancelled', 'failed')",
        read: "select json_object('job_id', job_id, 'phase', phase, 'row', row, 'outcome', outcome,
                      'finding', finding)
               from import_finding join import_job on id = job_id
               where state in ('applied', 'cancelled', 'failed')",
        write: "insert into import_finding (job_id, phase, row, outcome, finding)
                select job_id, phase, row, outcome, finding
                from json_to_recordset($1::text::json) as new
                     (job_id text, phase text, row bigint, outcome text, finding text)",
    },
];
