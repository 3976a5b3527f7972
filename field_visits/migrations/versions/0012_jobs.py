"""The queue of wake-ups.

The tables are huey's own (its PostgreSQL storage), made here so that the application needs no right to make
tables. They hold wake-ups without personal data; losing every row loses nothing but time.
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE public.huey_kv (
            queue text NOT NULL, key text NOT NULL, value bytea NOT NULL, PRIMARY KEY (queue, key));
        CREATE TABLE public.huey_schedule (
            id bigserial PRIMARY KEY, queue text NOT NULL, data bytea NOT NULL, timestamp double precision NOT NULL);
        CREATE INDEX huey_schedule_queue_timestamp ON public.huey_schedule (queue, timestamp);
        CREATE TABLE public.huey_task (
            id bigserial PRIMARY KEY, queue text NOT NULL, data bytea NOT NULL,
            priority double precision NOT NULL DEFAULT 0.0);
        CREATE INDEX huey_task_queue_priority_id ON public.huey_task (queue, priority DESC, id);
        CREATE TABLE public.huey_counter (
            queue text NOT NULL, key text NOT NULL, value bigint NOT NULL DEFAULT 0, PRIMARY KEY (queue, key));
        GRANT SELECT, INSERT, UPDATE, DELETE ON public.huey_kv, public.huey_schedule, public.huey_task,
            public.huey_counter TO doorstep_app;
        GRANT USAGE ON SEQUENCE public.huey_schedule_id_seq, public.huey_task_id_seq TO doorstep_app;
    """)
