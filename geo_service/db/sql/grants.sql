-- What the application may do. It owns nothing, writes no event and deletes no adoption.
grant usage on schema geo, layers to geo_app;
grant usage on schema layers to geo_public, geo_staff;
grant select on all tables in schema geo to geo_app;
grant insert, update, delete on
  geo.district, geo.green_object, geo.management, geo.zone, geo.ground, geo.tree, geo.address, geo.register_import, geo.setting,
  geo.person, geo.role_grant, geo.token, geo.idempotency_key, geo.initiative, geo.initiative_member, geo.plot, geo.pause
  to geo_app;
grant insert on geo.plot_version, geo.lineage, geo.lineage_adoption to geo_app;
grant insert, update on geo.adoption to geo_app;
grant usage on all sequences in schema geo to geo_app;
revoke execute on function geo.rebuild_district_pieces(), geo.adoption_written(), geo.green_changed(),
  geo.green_gone(), geo.split_green(int[]), geo.split_adoptions(uuid[]), geo.rebuild_pieces() from public;
grant execute on function geo.split_green(int[]), geo.split_adoptions(uuid[]), geo.rebuild_pieces() to geo_app;
grant insert, update, delete on geo.browser_session, geo.mailed_link, geo.message to geo_app;
grant insert, delete on geo.sketch to geo_app;
grant insert, update, delete on geo.initiative_joiner, geo.contact_offer, geo.member_message, geo.photo, geo.photo_image,
  geo.support_household, geo.support_code, geo.support_printing, geo.support_answer to geo_app;
grant insert, update on geo.task, geo.work, geo.incident to geo_app;
grant insert, update on geo.request_form to geo_app;
grant insert, update on geo.agreement to geo_app;
grant insert on geo.agreement_signature, geo.agreement_paper to geo_app;
grant insert, update, delete on geo.raster_edition, geo.raster_figure, geo.raster_class to geo_app;
