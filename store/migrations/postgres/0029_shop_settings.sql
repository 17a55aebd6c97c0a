-- What the owner has set at the desk: who the shop is.

-- One row. The document has a text for each field; fields that a later release has added are kept.
create table shop_settings (
    one      bigint not null constraint shop_settings_pk primary key
             constraint shop_settings_one_row check (one = 1),
    version  bigint not null constraint shop_settings_version_not_negative check (version >= 0),
    document text   not null constraint shop_settings_document_is_an_object
             check (json_typeof(document::json) = 'object')
);

insert into shop_settings (one, version, document) values (1, 0, '{}');
