-- As in 0017, but a host that does not offer one of the two functions still offers the other.

create or replace function shop_epoch() returns text language plpgsql as
$$
declare
    cluster  text := '';
    timeline text := '';
begin
    begin
        cluster := (select system_identifier::text from pg_control_system());
    exception when insufficient_privilege or feature_not_supported or undefined_function then
        null;
    end;
    begin
        timeline := left(pg_walfile_name(pg_current_wal_lsn()), 8);
    exception when insufficient_privilege or feature_not_supported or undefined_function then
        null;
    end;
    return (
        select left(encode(sha256(convert_to(
                   concat_ws('.', encode(value, 'hex'), setting.tableoid, cluster, timeline,
                             (select oid from pg_database where datname = current_database())),
                   'UTF8')), 'hex'), 12)
        from setting where name = 'epoch');
end
$$;
