"""Create all tables of the first version."""

import sqlalchemy as sa
from alembic import op
import geoalchemy2
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateSequence

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(CreateSequence(sa.Sequence("plot_number", schema="geo")))
    op.create_table('event',
    sa.Column('id', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('actor_id', sa.Uuid(), nullable=True),
    sa.Column('database_user', sa.String(), server_default=sa.text('SESSION_USER'), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('subject_id', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('before', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('after', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('note', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('event_pkey')),
    schema='geo'
    )
    op.create_index('event_subject_idx', 'event', ['subject', 'subject_id', 'id'], unique=False, schema='geo')
    op.create_table('idempotency_key',
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('fingerprint', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('body', sa.LargeBinary(), nullable=True),
    sa.PrimaryKeyConstraint('person_id', 'key', name=op.f('idempotency_key_pkey')),
    schema='geo'
    )
    op.create_table('person',
    sa.Column('id', sa.Uuid(), server_default=sa.text('gen_random_uuid()'), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('person_pkey')),
    schema='geo'
    )
    op.create_index('person_email_key', 'person', [sa.literal_column('lower(email)')], unique=True, schema='geo')
    op.create_table('plot',
    sa.Column('id', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.String(), server_default=sa.text("'PL-' || lpad(nextval('geo.plot_number')::text, 4, '0')"), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('plot_pkey')),
    sa.UniqueConstraint('code', name=op.f('plot_code_key')),
    schema='geo'
    )
    op.create_table('published_layer',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('fingerprint', sa.String(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('published_layer_pkey')),
    schema='geo'
    )
    op.create_table('register_import',
    sa.Column('id', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('imported_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('report', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('register_import_pkey')),
    schema='geo'
    )
    op.create_table('setting',
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('value', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('setting_pkey')),
    schema='geo'
    )
    op.create_table('table_change',
    sa.Column('id', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('table_name', sa.String(), nullable=False),
    sa.Column('changes', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('table_change_pkey')),
    schema='geo'
    )
    op.create_index('table_change_name_idx', 'table_change', ['table_name'], unique=False, schema='geo', postgresql_include=['changes'])
    op.create_table('address',
    sa.Column('id', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('register_id', sa.String(), nullable=False),
    sa.Column('street', sa.String(), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('postcode', sa.String(), nullable=True),
    sa.Column('households', sa.Integer(), nullable=False),
    sa.Column('geom', geoalchemy2.types.Geometry(geometry_type='POINT', srid=28992, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry', nullable=False), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['import_id'], ['geo.register_import.id'], name=op.f('address_import_id_fkey')),
    sa.PrimaryKeyConstraint('id', name=op.f('address_pkey')),
    sa.UniqueConstraint('register_id', name=op.f('address_register_id_key')),
    schema='geo'
    )
    op.create_index('address_geom_idx', 'address', ['geom'], unique=False, schema='geo', postgresql_using='gist', postgresql_where=None)
    op.create_table('district',
    sa.Column('id', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('level', sa.String(), nullable=False),
    sa.Column('parent', sa.String(), nullable=True),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('population', sa.Integer(), nullable=True),
    sa.Column('homes', sa.Integer(), nullable=True),
    sa.Column('geom', geoalchemy2.types.Geometry(geometry_type='MULTIPOLYGON', srid=28992, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry', nullable=False), nullable=False),
    sa.Column('area_m2', sa.Double(), sa.Computed('st_area(geom)', persisted=True), nullable=False),
    sa.Column('geom_4326', geoalchemy2.types.Geometry(geometry_type='MULTIPOLYGON', srid=4326, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry'), sa.Computed('st_setsrid(st_transform(geom, 4258), 4326)', persisted=True), nullable=True),
    sa.Column('geom_3857', geoalchemy2.types.Geometry(geometry_type='MULTIPOLYGON', srid=3857, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry'), sa.Computed('st_transform(st_setsrid(st_transform(geom, 4258), 4326), 3857)', persisted=True), nullable=True),
    sa.Column('import_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("level in ('gemeente', 'stadsdeel', 'wijk', 'buurt')", name=op.f('district_level_check')),
    sa.ForeignKeyConstraint(['import_id'], ['geo.register_import.id'], name=op.f('district_import_id_fkey')),
    sa.PrimaryKeyConstraint('id', name=op.f('district_pkey')),
    sa.UniqueConstraint('level', 'code', 'year', name=op.f('district_level_code_year_key')),
    schema='geo'
    )
    op.create_index('district_geom_3857_idx', 'district', ['geom_3857'], unique=False, schema='geo', postgresql_using='gist', postgresql_where=None)
    op.create_index('district_geom_idx', 'district', ['geom'], unique=False, schema='geo', postgresql_using='gist', postgresql_where=None)
    op.create_table('green_object',
    sa.Column('id', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('register_id', sa.String(), nullable=False),
    sa.Column('version', sa.String(), nullable=False),
    sa.Column('category', sa.String(), nullable=False),
    sa.Column('appearance', sa.String(), nullable=False),
    sa.Column('plus_type', sa.String(), nullable=True),
    sa.Column('green_type', sa.String(), sa.Computed('coalesce(plus_type, appearance)', persisted=True), nullable=False),
    sa.Column('bronhouder', sa.String(), nullable=True),
    sa.Column('quality_target', sa.String(), nullable=True),
    sa.Column('constructed', sa.Integer(), nullable=True),
    sa.Column('replacement', sa.Integer(), nullable=True),
    sa.Column('valid', postgresql.DATERANGE(), nullable=False),
    sa.Column('applies', postgresql.DATERANGE(), nullable=False),
    sa.Column('geom', geoalchemy2.types.Geometry(geometry_type='MULTIPOLYGON', srid=28992, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry', nullable=False), nullable=False),
    sa.Column('area_m2', sa.Double(), sa.Computed('st_area(geom)', persisted=True), nullable=False),
    sa.Column('geom_4326', geoalchemy2.types.Geometry(geometry_type='MULTIPOLYGON', srid=4326, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry'), sa.Computed('st_setsrid(st_transform(geom, 4258), 4326)', persisted=True), nullable=True),
    sa.Column('geom_3857', geoalchemy2.types.Geometry(geometry_type='MULTIPOLYGON', srid=3857, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry'), sa.Computed('st_transform(st_setsrid(st_transform(geom, 4258), 4326), 3857)', persisted=True), nullable=True),
    sa.Column('import_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("category in ('green', 'recreation')", name=op.f('green_object_category_check')),
    sa.CheckConstraint('not isempty(valid) and not isempty(applies)', name=op.f('green_object_period_check')),
    sa.ForeignKeyConstraint(['import_id'], ['geo.register_import.id'], name=op.f('green_object_import_id_fkey')),
    sa.PrimaryKeyConstraint('id', name=op.f('green_object_pkey')),
    sa.UniqueConstraint('register_id', 'version', name=op.f('green_object_register_id_version_key')),
    schema='geo'
    )
    op.create_index('green_object_geom_3857_idx', 'green_object', ['geom_3857'], unique=False, schema='geo', postgresql_using='gist', postgresql_where=None)
    op.create_index('green_object_geom_4326_idx', 'green_object', ['geom_4326'], unique=False, schema='geo', postgresql_using='gist', postgresql_where=None)
    op.create_index('green_object_geom_idx', 'green_object', ['geom', 'applies'], unique=False, schema='geo', postgresql_using='gist', postgresql_where=None)
    op.create_table('ground',
    sa.Column('id', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('register_id', sa.String(), nullable=False),
    sa.Column('family', sa.String(), nullable=False),
    sa.Column('appearance', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=True),
    sa.Column('geom', geoalchemy2.types.Geometry(geometry_type='MULTIPOLYGON', srid=28992, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry', nullable=False), nullable=False),
    sa.Column('area_m2', sa.Double(), sa.Computed('st_area(geom)', persisted=True), nullable=False),
    sa.Column('geom_3857', geoalchemy2.types.Geometry(geometry_type='MULTIPOLYGON', srid=3857, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry'), sa.Computed('st_transform(st_setsrid(st_transform(geom, 4258), 4326), 3857)', persisted=True), nullable=True),
    sa.Column('import_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['import_id'], ['geo.register_import.id'], name=op.f('ground_import_id_fkey')),
    sa.PrimaryKeyConstraint('id', name=op.f('ground_pkey')),
    sa.UniqueConstraint('register_id', name=op.f('ground_register_id_key')),
    schema='geo'
    )
    op.create_index('ground_geom_3857_idx', 'ground', ['geom_3857'], unique=False, schema='geo', postgresql_using='gist', postgresql_where=None)
    op.create_index('ground_geom_idx', 'ground', ['geom'], unique=False, schema='geo', postgresql_using='gist', postgresql_where=None)
    op.create_table('initiative',
    sa.Column('id', sa.Uuid(), server_default=sa.text('gen_random_uuid()'), nullable=False),
    sa.Column('slug', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('story', sa.String(), nullable=True),
    sa.Column('kind', sa.String(), server_default=sa.text("'neighbours'"), nullable=False),
    sa.Column('contact_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['geo.person.id'], name=op.f('initiative_contact_id_fkey')),
    sa.PrimaryKeyConstraint('id', name=op.f('initiative_pkey')),
    sa.UniqueConstraint('slug', name=op.f('initiative_slug_key')),
    schema='geo'
    )
    op.create_table('management',
    sa.Column('id', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('register_id', sa.String(), nullable=False),
    sa.Column('keeper', sa.String(), nullable=False),
    sa.Column('municipal', sa.Boolean(), nullable=False),
    sa.Column('valid', postgresql.DATERANGE(), nullable=False),
    sa.Column('geom', geoalchemy2.types.Geometry(geometry_type='MULTIPOLYGON', srid=28992, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry', nullable=False), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['import_id'], ['geo.register_import.id'], name=op.f('management_import_id_fkey')),
    sa.PrimaryKeyConstraint('id', name=op.f('management_pkey')),
    sa.UniqueConstraint('register_id', name=op.f('management_register_id_key')),
    schema='geo'
    )
    op.create_index('management_geom_idx', 'management', ['geom'], unique=False, schema='geo', postgresql_using='gist', postgresql_where=None)
    op.create_table('plot_version',
    sa.Column('id', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('plot_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('origin', sa.String(), nullable=False),
    sa.Column('green_object_ids', sa.ARRAY(sa.Text()), server_default='{}', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('geom', geoalchemy2.types.Geometry(geometry_type='MULTIPOLYGON', srid=28992, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry', nullable=False), nullable=False),
    sa.Column('area_m2', sa.Double(), sa.Computed('st_area(geom)', persisted=True), nullable=False),
    sa.CheckConstraint("origin in ('green_objects', 'drawn')", name=op.f('plot_version_origin_check')),
    sa.ForeignKeyConstraint(['plot_id'], ['geo.plot.id'], name=op.f('plot_version_plot_id_fkey')),
    sa.PrimaryKeyConstraint('id', name=op.f('plot_version_pkey')),
    sa.UniqueConstraint('plot_id', 'number', name=op.f('plot_version_plot_id_number_key')),
    schema='geo'
    )
    op.create_index('plot_version_geom_idx', 'plot_version', ['geom'], unique=False, schema='geo', postgresql_using='gist', postgresql_where=None)
    op.create_table('role_grant',
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('districts', sa.ARRAY(sa.Text()), server_default='{}', nullable=False),
    sa.Column('granted_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("role in ('resident', 'wijkregisseur', 'toezichthouder', 'planner', 'analyst', 'admin')", name=op.f('role_grant_role_check')),
    sa.ForeignKeyConstraint(['person_id'], ['geo.person.id'], name=op.f('role_grant_person_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', 'role', name=op.f('role_grant_pkey')),
    schema='geo'
    )
    op.create_table('token',
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['geo.person.id'], name=op.f('token_person_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('digest', name=op.f('token_pkey')),
    schema='geo'
    )
    op.create_index(op.f('token_person_id_idx'), 'token', ['person_id'], unique=False, schema='geo')
    op.create_table('tree',
    sa.Column('id', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('register_id', sa.String(), nullable=False),
    sa.Column('species', sa.String(), nullable=True),
    sa.Column('geom', geoalchemy2.types.Geometry(geometry_type='POINT', srid=28992, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry', nullable=False), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['import_id'], ['geo.register_import.id'], name=op.f('tree_import_id_fkey')),
    sa.PrimaryKeyConstraint('id', name=op.f('tree_pkey')),
    sa.UniqueConstraint('register_id', name=op.f('tree_register_id_key')),
    schema='geo'
    )
    op.create_index('tree_geom_idx', 'tree', ['geom'], unique=False, schema='geo', postgresql_using='gist', postgresql_where=None)
    op.create_table('zone',
    sa.Column('id', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('register_id', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('effect', sa.String(), nullable=False),
    sa.Column('disclosure', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=True),
    sa.Column('source', sa.String(), nullable=True),
    sa.Column('valid', postgresql.DATERANGE(), nullable=False),
    sa.Column('geom', geoalchemy2.types.Geometry(geometry_type='MULTIPOLYGON', srid=28992, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry', nullable=False), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("disclosure in ('public', 'named', 'hidden')", name=op.f('zone_disclosure_check')),
    sa.CheckConstraint("effect in ('forbidden', 'needs_consent', 'warn')", name=op.f('zone_effect_check')),
    sa.ForeignKeyConstraint(['import_id'], ['geo.register_import.id'], name=op.f('zone_import_id_fkey')),
    sa.PrimaryKeyConstraint('id', name=op.f('zone_pkey')),
    sa.UniqueConstraint('register_id', name=op.f('zone_register_id_key')),
    schema='geo'
    )
    op.create_index('zone_geom_idx', 'zone', ['geom'], unique=False, schema='geo', postgresql_using='gist', postgresql_where=None)
    op.create_table('adoption',
    sa.Column('id', sa.Uuid(), server_default=sa.text('gen_random_uuid()'), nullable=False),
    sa.Column('initiative_id', sa.Uuid(), nullable=False),
    sa.Column('plot_id', sa.Integer(), nullable=False),
    sa.Column('follows_id', sa.Uuid(), nullable=True),
    sa.Column('plan', sa.String(), nullable=True),
    sa.Column('state', sa.String(), server_default=sa.text("'draft'"), nullable=False),
    sa.Column('period', postgresql.DATERANGE(), nullable=False),
    sa.Column('care', sa.String(), server_default=sa.text("'full'"), nullable=False),
    sa.Column('measures', sa.ARRAY(sa.Text()), server_default='{}', nullable=False),
    sa.Column('scope', sa.String(), server_default=sa.text("'green'"), nullable=False),
    sa.Column('reserved_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('granted', sa.Boolean(), sa.Computed("state in ('agreement_draft', 'awaiting_signatures', 'active', 'improvement', 'notice_given', 'ended')", persisted=True), nullable=False),
    sa.Column('adopted', sa.Boolean(), sa.Computed("state in ('active', 'improvement', 'notice_given', 'ended')", persisted=True), nullable=False),
    sa.Column('geom', geoalchemy2.types.Geometry(geometry_type='MULTIPOLYGON', srid=28992, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry', nullable=False), nullable=False),
    sa.Column('area_m2', sa.Double(), sa.Computed('st_area(geom)', persisted=True), nullable=False),
    sa.Column('geom_4326', geoalchemy2.types.Geometry(geometry_type='MULTIPOLYGON', srid=4326, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry'), sa.Computed('st_setsrid(st_transform(geom, 4258), 4326)', persisted=True), nullable=True),
    sa.Column('geom_3857', geoalchemy2.types.Geometry(geometry_type='MULTIPOLYGON', srid=3857, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry'), sa.Computed('st_transform(st_setsrid(st_transform(geom, 4258), 4326), 3857)', persisted=True), nullable=True),
    sa.CheckConstraint("care in ('full', 'partial')", name=op.f('adoption_care_check')),
    sa.CheckConstraint("scope in ('green', 'public_space')", name=op.f('adoption_scope_check')),
    sa.CheckConstraint("state <> 'ended' or isempty(period) or not upper_inf(period)", name=op.f('adoption_ended_check')),
    sa.CheckConstraint("state = 'ended' or not isempty(period)", name=op.f('adoption_period_check')),
    sa.CheckConstraint("state in ('draft', 'submitted', 'in_review', 'site_visit', 'agreement_draft', 'awaiting_signatures', 'active', 'improvement', 'notice_given', 'ended', 'refused', 'withdrawn')", name=op.f('adoption_state_check')),
    sa.CheckConstraint('st_isvalid(geom) and not st_isempty(geom) and geom @ st_makeenvelope(-7000.0, 289000.0, 300000.0, 629000.0, 28992)', name=op.f('adoption_geom_check')),
    sa.ForeignKeyConstraint(['follows_id'], ['geo.adoption.id'], name=op.f('adoption_follows_id_fkey')),
    sa.ForeignKeyConstraint(['initiative_id'], ['geo.initiative.id'], name=op.f('adoption_initiative_id_fkey')),
    sa.ForeignKeyConstraint(['plot_id'], ['geo.plot.id'], name=op.f('adoption_plot_id_fkey')),
    sa.PrimaryKeyConstraint('id', name=op.f('adoption_pkey')),
    schema='geo'
    )
    op.create_index('adoption_geom_3857_idx', 'adoption', ['geom_3857'], unique=False, schema='geo', postgresql_using='gist', postgresql_where=None)
    op.create_index('adoption_geom_idx', 'adoption', ['geom'], unique=False, schema='geo', postgresql_using='gist', postgresql_where=None)
    op.create_index('adoption_granted_geom_idx', 'adoption', ['geom'], unique=False, schema='geo', postgresql_using='gist', postgresql_where=sa.text('granted'))
    op.create_index('adoption_initiative_id_idx', 'adoption', ['initiative_id'], unique=False, schema='geo')
    op.create_index('adoption_plot_id_idx', 'adoption', ['plot_id'], unique=False, schema='geo')
    op.create_table('district_ancestor',
    sa.Column('district_id', sa.Integer(), nullable=False),
    sa.Column('level', sa.String(), nullable=False),
    sa.Column('ancestor_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['ancestor_id'], ['geo.district.id'], name=op.f('district_ancestor_ancestor_id_fkey'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['district_id'], ['geo.district.id'], name=op.f('district_ancestor_district_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('district_id', 'level', name=op.f('district_ancestor_pkey')),
    schema='geo'
    )
    op.create_table('district_piece',
    sa.Column('district_id', sa.Integer(), nullable=False),
    sa.Column('geom', geoalchemy2.types.Geometry(geometry_type='MULTIPOLYGON', srid=28992, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry', nullable=False), nullable=False),
    sa.Column('area_m2', sa.Double(), sa.Computed('st_area(geom)', persisted=True), nullable=False),
    sa.Column('taken_m2', sa.Double(), nullable=False),
    sa.ForeignKeyConstraint(['district_id'], ['geo.district.id'], name=op.f('district_piece_district_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('district_id', name=op.f('district_piece_pkey')),
    schema='geo'
    )
    op.create_index('district_piece_geom_idx', 'district_piece', ['geom'], unique=False, schema='geo', postgresql_using='gist', postgresql_where=None)
    op.create_table('green_piece',
    sa.Column('id', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('green_object_id', sa.Integer(), nullable=False),
    sa.Column('district_id', sa.Integer(), nullable=True),
    sa.Column('managed', sa.Boolean(), nullable=False),
    sa.Column('green_type', sa.String(), nullable=False),
    sa.Column('applies_from', sa.Date(), nullable=False),
    sa.Column('applies_to', sa.Date(), nullable=False),
    sa.Column('known_from', sa.Date(), nullable=False),
    sa.Column('area_m2', sa.Double(), nullable=False),
    sa.Column('geom', geoalchemy2.types.Geometry(geometry_type='MULTIPOLYGON', srid=28992, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry'), nullable=True),
    sa.ForeignKeyConstraint(['district_id'], ['geo.district.id'], name=op.f('green_piece_district_id_fkey'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['green_object_id'], ['geo.green_object.id'], name=op.f('green_piece_green_object_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('green_piece_pkey')),
    schema='geo'
    )
    op.create_index('green_piece_district_id_idx', 'green_piece', ['district_id'], unique=False, schema='geo')
    op.create_index('green_piece_green_object_id_idx', 'green_piece', ['green_object_id'], unique=False, schema='geo')
    op.create_table('initiative_member',
    sa.Column('initiative_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('effort', sa.String(), nullable=False),
    sa.Column('since', sa.Date(), server_default=sa.text('CURRENT_DATE'), nullable=False),
    sa.CheckConstraint("effort in ('initiator', 'organiser', 'regular', 'now_and_then', 'once')", name=op.f('initiative_member_effort_check')),
    sa.ForeignKeyConstraint(['initiative_id'], ['geo.initiative.id'], name=op.f('initiative_member_initiative_id_fkey'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['geo.person.id'], name=op.f('initiative_member_person_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('initiative_id', 'person_id', name=op.f('initiative_member_pkey')),
    schema='geo'
    )
    op.create_table('adoption_district',
    sa.Column('id', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('adoption_id', sa.Uuid(), nullable=False),
    sa.Column('district_id', sa.Integer(), nullable=True),
    sa.Column('area_m2', sa.Double(), nullable=False),
    sa.ForeignKeyConstraint(['adoption_id'], ['geo.adoption.id'], name=op.f('adoption_district_adoption_id_fkey'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['district_id'], ['geo.district.id'], name=op.f('adoption_district_district_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('adoption_district_pkey')),
    schema='geo'
    )
    op.create_index('adoption_district_adoption_id_idx', 'adoption_district', ['adoption_id'], unique=False, schema='geo')
    op.create_table('adoption_piece',
    sa.Column('adoption_id', sa.Uuid(), nullable=False),
    sa.Column('green_piece_id', sa.Integer(), nullable=False),
    sa.Column('area_m2', sa.Double(), nullable=False),
    sa.ForeignKeyConstraint(['adoption_id'], ['geo.adoption.id'], name=op.f('adoption_piece_adoption_id_fkey'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['green_piece_id'], ['geo.green_piece.id'], name=op.f('adoption_piece_green_piece_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('adoption_id', 'green_piece_id', name=op.f('adoption_piece_pkey')),
    schema='geo'
    )
    op.create_index('adoption_piece_green_piece_id_idx', 'adoption_piece', ['green_piece_id'], unique=False, schema='geo')
    op.create_table('pause',
    sa.Column('id', sa.Uuid(), server_default=sa.text('gen_random_uuid()'), nullable=False),
    sa.Column('adoption_id', sa.Uuid(), nullable=False),
    sa.Column('period', postgresql.DATERANGE(), nullable=False),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('geom', geoalchemy2.types.Geometry(geometry_type='MULTIPOLYGON', srid=28992, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry'), nullable=True),
    sa.CheckConstraint('not isempty(period)', name=op.f('pause_period_check')),
    sa.ForeignKeyConstraint(['adoption_id'], ['geo.adoption.id'], name=op.f('pause_adoption_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pause_pkey')),
    schema='geo'
    )
    op.create_index('pause_adoption_id_idx', 'pause', ['adoption_id'], unique=False, schema='geo')
