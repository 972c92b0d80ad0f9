import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import commonpool.voices.ids
from commonpool.audit.migrating import MakesTables


class Migration(MakesTables):
    initial = True

    dependencies = [
        ("audit", "0003_row_copies"),
        ("people", "__first__"),
        ("places", "0002_former_codes_and_waiting_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseType",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("place", models.PositiveIntegerField()),
            ],
            options={
                "ordering": ["typology", "place"],
            },
        ),
        migrations.CreateModel(
            name="Criterion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("place", models.PositiveIntegerField(default=0)),
                ("revision", models.PositiveIntegerField(default=1)),
            ],
            options={
                "verbose_name_plural": "criteria",
                "ordering": ["study", "place", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="criterion_has_a_name",
                        violation_error_message="Give the criterion a name.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Matrix",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("name", models.CharField(max_length=120)),
                (
                    "case_kind",
                    models.CharField(
                        choices=[("site", "Sites"), ("interview", "Interviews"), ("participant", "Participants")],
                        default="site",
                        max_length=11,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("revision", models.PositiveIntegerField(default=1)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name_plural": "matrices",
                "ordering": ["study", "name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="matrix_has_a_name",
                        violation_error_message="Give the matrix a name.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("case_kind__in", ["site", "interview", "participant"])),
                        name="matrix_case_kind_is_known",
                        violation_error_message="Choose what has a row: sites, interviews or participants.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Participant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("pseudonym", models.CharField(max_length=20)),
                ("organisation_type", models.CharField(blank=True, default="", max_length=80)),
                ("role_group", models.CharField(blank=True, default="", max_length=80)),
                ("sealed_name", models.BinaryField(blank=True, default=b"")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("revision", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ["study", "pseudonym"],
            },
        ),
        migrations.CreateModel(
            name="Code",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("place", models.PositiveIntegerField(default=0)),
                ("definition", models.TextField(blank=True, default="")),
                ("include", models.TextField(blank=True, default="")),
                ("exclude", models.TextField(blank=True, default="")),
                ("example", models.TextField(blank=True, default="")),
                ("colour", models.CharField(blank=True, default="", max_length=7)),
                ("origin", models.CharField(blank=True, default="", max_length=7)),
                ("is_codable", models.BooleanField(default=True)),
                ("is_retired", models.BooleanField(default=False)),
                ("became", models.JSONField(blank=True, default=list)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="beneath",
                        to="voices.code",
                    ),
                ),
            ],
            options={
                "ordering": ["study", "place", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("origin__in", ["", "advance", "data", "file"])),
                        name="code_origin_is_known",
                        violation_error_message="Choose one of the origins that are listed.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="code_has_a_name",
                        violation_error_message="Give the code a name.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CodebookVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("label", models.CharField(max_length=20)),
                ("change_number", models.PositiveIntegerField()),
                ("reason", models.CharField(max_length=400)),
                ("made_at", models.DateTimeField()),
                ("agreed_by", models.ManyToManyField(blank=True, related_name="+", to=settings.AUTH_USER_MODEL)),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["study", "change_number", "pk"],
            },
        ),
        migrations.CreateModel(
            name="CodingRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("name", models.CharField(max_length=80)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("pilot", "Piloting the framework"),
                            ("double", "Double coding"),
                            ("main", "Coding all"),
                        ],
                        max_length=6,
                    ),
                ),
                ("is_blind", models.BooleanField(default=False)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("closing_reason", models.CharField(blank=True, default="", max_length=400)),
                (
                    "framework",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds",
                        to="voices.codebookversion",
                    ),
                ),
            ],
            options={
                "ordering": ["study", "opened_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("closing_reason", ""), ("closed_at__isnull", False), _connector="OR"),
                        name="coding_round_reason_when_closed",
                        violation_error_message="A reason to close it early belongs to a round that is closed.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["pilot", "double", "main"])),
                        name="coding_round_kind_is_known",
                        violation_error_message="Choose one of the kinds that are listed.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Coding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("start", models.PositiveIntegerField()),
                ("end", models.PositiveIntegerField()),
                ("made_start", models.PositiveIntegerField()),
                ("made_end", models.PositiveIntegerField()),
                ("memo", models.TextField(blank=True, default="", max_length=4000)),
                ("is_touched", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "came_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="became",
                        to="voices.coding",
                    ),
                ),
                (
                    "code",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.code"),
                ),
                (
                    "round",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="voices.codinground",
                    ),
                ),
            ],
            options={
                "ordering": ["transcript", "start", "end", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("start__lt", models.F("end")), ("made_start__lt", models.F("made_end"))),
                        name="coding_covers_something",
                        violation_error_message="Select some words first: an empty passage cannot be coded.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GuideVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("number", models.PositiveIntegerField(default=1)),
                ("used_from", models.DateField()),
                ("reason", models.CharField(blank=True, default="", max_length=400)),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["study", "number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number", 1), models.Q(("reason", ""), _negated=True), _connector="OR"),
                        name="guide_version_says_why",
                        violation_error_message="Say why the guide is changed.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Interview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("name", models.CharField(max_length=20)),
                (
                    "kind",
                    models.CharField(
                        choices=[("single", "One person"), ("group", "Group")], default="single", max_length=6
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("telephone", "By telephone"),
                            ("face", "Face to face"),
                            ("video", "By video"),
                            ("written", "In writing"),
                            ("", "Not known"),
                        ],
                        default="",
                        max_length=9,
                    ),
                ),
                ("held_on", models.DateField(blank=True, null=True)),
                ("minutes", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "others",
                    models.CharField(
                        blank=True,
                        choices=[("nobody", "Nobody else"), ("somebody", "Somebody else"), ("", "Not known")],
                        default="",
                        max_length=8,
                    ),
                ),
                ("others_words", models.CharField(blank=True, default="", max_length=200)),
                ("sealed_notes", models.BinaryField(blank=True, default=b"")),
                ("notes_key", models.UUIDField(blank=True, null=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "guide",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="interviews",
                        to="voices.guideversion",
                    ),
                ),
                (
                    "interviewer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["study", "name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["single", "group"])),
                        name="interview_kind_is_known",
                        violation_error_message="Say whether it was with one person or a group.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Level",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("place", models.PositiveIntegerField(default=0)),
                ("lowest", models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
                ("target", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "criterion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="levels", to="voices.criterion"
                    ),
                ),
            ],
            options={
                "ordering": ["criterion", "place", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("criterion", "name"),
                        name="level_name_once_in_criterion",
                        violation_error_message="The criterion has a level of this name already. Give it another.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="level_has_a_name",
                        violation_error_message="Give the level a name.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MatrixCell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("summary", models.TextField(blank=True, default="", max_length=2000)),
                ("nothing_said", models.BooleanField(default=False)),
                ("basis", models.JSONField(blank=True, default=list)),
                ("written_at", models.DateTimeField()),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "code",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.code"),
                ),
                (
                    "interview",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="voices.interview",
                    ),
                ),
                (
                    "matrix",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cells", to="voices.matrix"
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="voices.participant",
                    ),
                ),
            ],
            options={
                "ordering": ["matrix", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("matrix", "code", "interview"),
                        name="matrix_cell_once_per_interview",
                        violation_error_message="Somebody wrote this cell at the same moment. Look at it first.",
                    ),
                    models.UniqueConstraint(
                        fields=("matrix", "code", "participant"),
                        name="matrix_cell_once_per_participant",
                        violation_error_message="Somebody wrote this cell at the same moment. Look at it first.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("nothing_said", False), ("summary", ""), _connector="OR"),
                        name="matrix_cell_says_something_or_nothing",
                        violation_error_message="Write a summary, or say that nothing was said: not both.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CellPassage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_quotation", models.BooleanField(default=False)),
                (
                    "coding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.coding"
                    ),
                ),
                (
                    "cell",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="passages", to="voices.matrixcell"
                    ),
                ),
            ],
            options={
                "ordering": ["cell", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("cell", "coding"),
                        name="cell_passage_once",
                        violation_error_message="The cell rests on this passage already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MatrixColumn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveIntegerField()),
                (
                    "code",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.code"),
                ),
                (
                    "matrix",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="columns", to="voices.matrix"
                    ),
                ),
            ],
            options={
                "ordering": ["matrix", "place"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("matrix", "code"),
                        name="matrix_column_once",
                        violation_error_message="This code is a column of the matrix already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EarlierSeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key_id", models.UUIDField()),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="voices.participant"
                    ),
                ),
            ],
            options={
                "ordering": ["participant", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("participant", "key_id"),
                        name="earlier_seal_once",
                        violation_error_message="This key is known already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProjectImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting for a decision"),
                            ("kept", "Kept"),
                            ("aside", "Put aside"),
                            ("undone", "Kept, and undone"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("sealed_file", models.BinaryField(blank=True, default=b"")),
                ("offsets", models.CharField(blank=True, default="", max_length=24)),
                ("nest_on", models.CharField(blank=True, default="", max_length=4)),
                ("users", models.JSONField(blank=True, default=list)),
                ("counts", models.JSONField(blank=True, default=list)),
                ("losses", models.JSONField(blank=True, default=list)),
                ("sent_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "sent_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["study", "-sent_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("state", "waiting")),
                            models.Q(("decided_at__isnull", False), ("state__in", ["kept", "aside", "undone"])),
                            _connector="OR",
                        ),
                        name="project_import_decided_or_waiting",
                        violation_error_message="An import is decided at a moment, or it waits.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="KeptFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=255)),
                ("size", models.PositiveBigIntegerField()),
                ("sealed", models.BinaryField()),
                (
                    "brought_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="voices.projectimport"
                    ),
                ),
            ],
            options={
                "ordering": ["brought_by", "name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("brought_by", "name"),
                        name="kept_file_name_once",
                        violation_error_message="Files of an import have names of their own.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="KeptAside",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10)),
                ("guid", models.UUIDField()),
                ("place", models.PositiveIntegerField()),
                ("on_version", models.PositiveIntegerField(blank=True, null=True)),
                ("sealed", models.BinaryField()),
                (
                    "brought_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="aside", to="voices.projectimport"
                    ),
                ),
            ],
            options={
                "ordering": ["brought_by", "place"],
                "indexes": [models.Index(fields=["kind", "guid"], name="kept_aside_by_guid")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("brought_by", "place"),
                        name="kept_aside_place_once",
                        violation_error_message="Parts of an import are numbered once.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BroughtIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10)),
                ("uuid", models.UUIDField()),
                (
                    "brought_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="made", to="voices.projectimport"
                    ),
                ),
            ],
            options={
                "ordering": ["brought_by", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("brought_by", "kind", "uuid"),
                        name="brought_in_once",
                        violation_error_message="An import makes a thing once.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Recoding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("made_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "code",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.code"),
                ),
            ],
            options={
                "ordering": ["study", "made_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("undone_at", None), ("undone_at__gte", models.F("made_at")), _connector="OR"
                        ),
                        name="recoding_undone_after_it_was_made",
                        violation_error_message="Codings are put back after they went, not before.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Recoded",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_new", models.BooleanField(default=True)),
                (
                    "became",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="voices.coding",
                    ),
                ),
                (
                    "was",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.coding"
                    ),
                ),
                (
                    "recoding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pairs", to="voices.recoding"
                    ),
                ),
            ],
            options={
                "ordering": ["recoding", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("recoding", "was", "became"),
                        name="recoded_pair_once",
                        violation_error_message="This coding went there already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ResearchConsent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("given_on", models.DateField()),
                ("may_record", models.BooleanField()),
                ("may_quote", models.BooleanField()),
                ("may_archive", models.BooleanField()),
                ("note", models.CharField(blank=True, default="", max_length=400)),
                ("recorded_at", models.DateTimeField()),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="consents", to="voices.participant"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["participant", "given_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["study", "name"],
            },
        ),
        migrations.AddField(
            model_name="participant",
            name="site",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="participants",
                to="voices.site",
            ),
        ),
        migrations.AddField(
            model_name="matrixcell",
            name="site",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.site"
            ),
        ),
        migrations.AddField(
            model_name="interview",
            name="site",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="interviews",
                to="voices.site",
            ),
        ),
        migrations.CreateModel(
            name="SiteLevel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "criterion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="voices.criterion"
                    ),
                ),
                (
                    "level",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.level"),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="levels", to="voices.site"
                    ),
                ),
            ],
            options={
                "ordering": ["site", "criterion"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("site", "criterion"),
                        name="site_level_one_per_criterion",
                        violation_error_message="The site has a level of this criterion already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Study",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("title", models.CharField(max_length=200)),
                ("question", models.TextField(blank=True, default="", max_length=4000)),
                ("why_no_approval", models.CharField(blank=True, default="", max_length=400)),
                ("is_invented", models.BooleanField(default=False)),
                ("begun_at", models.DateTimeField()),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.organisation"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "studies",
                "ordering": ["title", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True),
                        name="study_has_a_title",
                        violation_error_message="Give the study a title.",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="site",
            name="study",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="sites", to="voices.study"
            ),
        ),
        migrations.CreateModel(
            name="Removal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("kind", models.CharField(max_length=12)),
                ("content", models.JSONField()),
                ("removed_at", models.DateTimeField()),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="removals", to="voices.study"
                    ),
                ),
            ],
            options={
                "ordering": ["study", "-removed_at"],
            },
        ),
        migrations.AddField(
            model_name="recoding",
            name="study",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.study"),
        ),
        migrations.CreateModel(
            name="QuotingTerms",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fewest", models.PositiveSmallIntegerField(default=3)),
                (
                    "study",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="quoting_terms", to="voices.study"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "quoting terms",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("fewest__gte", 2), ("fewest__lte", 50)),
                        name="quoting_terms_hide_somebody",
                        violation_error_message="Choose 2 to 50: a label that fits one person names them.",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="projectimport",
            name="study",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="project_imports", to="voices.study"
            ),
        ),
        migrations.CreateModel(
            name="ProjectExport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("kind", models.CharField(max_length=4)),
                ("counts", models.JSONField(default=list)),
                ("losses", models.JSONField(default=list)),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="project_exports", to="voices.study"
                    ),
                ),
            ],
            options={
                "ordering": ["study", "-made_at"],
            },
        ),
        migrations.AddField(
            model_name="participant",
            name="study",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="participants", to="voices.study"
            ),
        ),
        migrations.AddField(
            model_name="matrix",
            name="study",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="matrices", to="voices.study"
            ),
        ),
        migrations.CreateModel(
            name="ListedName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("person", "Person"),
                            ("organisation", "Organisation"),
                            ("place", "Place"),
                            ("name", "Capitals that may be a name"),
                            ("code", "Code of an organisation"),
                            ("email", "E-mail address"),
                            ("phone", "Telephone number"),
                            ("postcode", "Postcode"),
                            ("nhs_number", "Nhs number"),
                            ("insurance", "National insurance number"),
                            ("date", "Full date"),
                            ("web", "Web address"),
                        ],
                        max_length=12,
                    ),
                ),
                ("is_kept", models.BooleanField(default=False)),
                ("sealed", models.BinaryField()),
                ("made_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="voices.participant",
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="listed_names", to="voices.study"
                    ),
                ),
            ],
            options={
                "ordering": ["study", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "person",
                                    "organisation",
                                    "place",
                                    "name",
                                    "code",
                                    "email",
                                    "phone",
                                    "postcode",
                                    "nhs_number",
                                    "insurance",
                                    "date",
                                    "web",
                                ],
                            )
                        ),
                        name="listed_name_kind_is_known",
                        violation_error_message="Choose one of the kinds that are listed.",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="interview",
            name="study",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="interviews", to="voices.study"
            ),
        ),
        migrations.AddField(
            model_name="guideversion",
            name="study",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="guide_versions", to="voices.study"
            ),
        ),
        migrations.AddField(
            model_name="criterion",
            name="study",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="criteria", to="voices.study"
            ),
        ),
        migrations.AddField(
            model_name="codinground",
            name="study",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="rounds", to="voices.study"
            ),
        ),
        migrations.AddField(
            model_name="coding",
            name="study",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.study"),
        ),
        migrations.AddField(
            model_name="codebookversion",
            name="study",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="codebook_versions", to="voices.study"
            ),
        ),
        migrations.CreateModel(
            name="CodebookChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("number", models.PositiveIntegerField()),
                ("step", models.PositiveIntegerField()),
                ("takes_back", models.PositiveIntegerField(blank=True, null=True)),
                ("kind", models.CharField(max_length=12)),
                ("content", models.JSONField()),
                ("reason", models.CharField(blank=True, default="", max_length=400)),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="codebook_changes", to="voices.study"
                    ),
                ),
            ],
            options={
                "ordering": ["study", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("study", "number"),
                        name="codebook_change_number_once",
                        violation_error_message="Somebody changed the codebook at the same moment. Look at it first.",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="code",
            name="study",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="codes", to="voices.study"
            ),
        ),
        migrations.CreateModel(
            name="CellTarget",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("target", models.PositiveIntegerField()),
                (
                    "across",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="voices.level"),
                ),
                (
                    "down",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="voices.level"),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cell_targets", to="voices.study"
                    ),
                ),
            ],
            options={
                "ordering": ["study", "down", "across"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("down", "across"),
                        name="cell_target_once",
                        violation_error_message="This cell has a target already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Candidate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("facts", models.JSONField(blank=True, default=list)),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.organisation",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="voices.site",
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="candidates", to="voices.study"
                    ),
                ),
            ],
            options={
                "ordering": ["study", "name", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("study", "name"),
                        name="candidate_name_once_in_study",
                        violation_error_message="The study has a candidate of this name already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ApprovalNeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("kind", models.CharField(max_length=80)),
                ("given_by", models.CharField(blank=True, default="", max_length=120)),
                ("is_of_each_site", models.BooleanField(default=False)),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="approval_needs", to="voices.study"
                    ),
                ),
            ],
            options={
                "ordering": ["study", "is_of_each_site", "kind"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("study", "kind"),
                        name="approval_need_once_in_study",
                        violation_error_message="The study lists this kind of approval already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", ""), _negated=True),
                        name="approval_need_has_a_kind",
                        violation_error_message="Say which kind of approval is needed.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("body", models.CharField(max_length=120)),
                ("reference", models.CharField(blank=True, default="", max_length=80)),
                ("granted_on", models.DateField()),
                ("expires_on", models.DateField(blank=True, null=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "need",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="approvals", to="voices.approvalneed"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="voices.site",
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="approvals", to="voices.study"
                    ),
                ),
            ],
            options={
                "ordering": ["study", "need", "site", "granted_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("body", ""), _negated=True),
                        name="approval_says_who_gave_it",
                        violation_error_message="Say who gave the approval.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_on", None), ("expires_on__gte", models.F("granted_on")), _connector="OR"
                        ),
                        name="approval_ends_after_it_begins",
                        violation_error_message="The last day cannot be before the first. Change one of the two dates.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Approach",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("label", models.CharField(blank=True, default="", max_length=120)),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("national", "National network"),
                            ("local", "Local network"),
                            ("came", "The site contacted the team"),
                            ("advert", "Advertising"),
                            ("email", "E-mail"),
                            ("telephone", "Telephone"),
                            ("other", "Another way"),
                            ("", "Not known"),
                        ],
                        default="",
                        max_length=9,
                    ),
                ),
                ("made_on", models.DateField(blank=True, null=True)),
                ("people", models.PositiveIntegerField(blank=True, null=True)),
                ("attempts", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("invited", "Invited, no answer yet"),
                            ("reminded", "Reminded, no answer yet"),
                            ("agreed", "Agreed"),
                            ("declined", "Declined"),
                            ("none", "No reply"),
                            ("", "Not known"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("time", "No time"),
                            ("capacity", "No capacity"),
                            ("plans", "Plans were changing"),
                            ("other", "Another reason"),
                            ("", "Not known"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                ("words", models.CharField(blank=True, default="", max_length=400)),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approaches",
                        to="voices.site",
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="approaches", to="voices.study"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "approaches",
                "ordering": ["study", "made_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("site__isnull", False), models.Q(("label", ""), _negated=True), _connector="OR"
                        ),
                        name="approach_is_somewhere",
                        violation_error_message="Choose a site, or say in words where these people are.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome", "declined"), models.Q(("reason", ""), ("words", "")), _connector="OR"
                        ),
                        name="approach_reason_is_for_declining",
                        violation_error_message="A reason belongs to people who declined. Clear it, or say that they declined.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("people", None), ("people__gte", 1), _connector="OR"),
                        name="approach_reaches_somebody",
                        violation_error_message="An approach reaches one person or more. Leave empty how many nobody knows.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StudyEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="audit.auditevent"
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.study"),
                ),
            ],
            options={
                "ordering": ["event"],
            },
        ),
        migrations.CreateModel(
            name="TableRelease",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("number", models.PositiveIntegerField()),
                ("threshold", models.PositiveIntegerField()),
                ("cells", models.JSONField()),
                ("total", models.PositiveIntegerField(blank=True, null=True)),
                ("released_at", models.DateTimeField()),
                (
                    "released_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="table_releases", to="voices.study"
                    ),
                ),
            ],
            options={
                "ordering": ["study", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("study", "number"),
                        name="table_release_number_once",
                        violation_error_message="Somebody released the table at the same moment. Look at it first.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("threshold__gte", 1)),
                        name="table_release_withholds_something",
                        violation_error_message="A threshold below 1 withholds nothing. Give 1 or more; 5 is usual.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("name", models.CharField(max_length=60)),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tags", to="voices.study"
                    ),
                ),
            ],
            options={
                "ordering": ["study", "name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("study", "name"),
                        name="tag_name_once_in_study",
                        violation_error_message="The study has this tag already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="tag_has_a_name",
                        violation_error_message="Write the tag.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Taking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "interview",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="takings", to="voices.interview"
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="takings", to="voices.participant"
                    ),
                ),
            ],
            options={
                "ordering": ["interview", "participant__pseudonym"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("interview", "participant"),
                        name="taking_once",
                        violation_error_message="This participant is listed for the interview already.",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="interview",
            name="participants",
            field=models.ManyToManyField(related_name="interviews", through="voices.Taking", to="voices.participant"),
        ),
        migrations.CreateModel(
            name="TeamMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("name", models.CharField(blank=True, default="", max_length=200)),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("lead", "Leads the study"),
                            ("coder", "Codes"),
                            ("reader", "Reads only"),
                            ("elsewhere", "Coded in another program"),
                            ("agreed", "What coders settled on"),
                        ],
                        max_length=9,
                    ),
                ),
                ("initials", models.CharField(max_length=6)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="team", to="voices.study"
                    ),
                ),
            ],
            options={
                "ordering": ["study", "initials"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("person__isnull", False)),
                        fields=("study", "person"),
                        name="team_member_once",
                        violation_error_message="This person is on the team already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("part__in", ["lead", "coder", "reader", "elsewhere", "agreed"])),
                        name="team_member_part_is_known",
                        violation_error_message="Choose one of the parts that are listed.",
                    ),
                    models.UniqueConstraint(
                        fields=("study", "initials"),
                        name="team_member_initials_once",
                        violation_error_message="Somebody on the team has these initials. Give others.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("person__isnull", False),
                                models.Q(("part__in", ["elsewhere", "agreed"]), _negated=True),
                            ),
                            models.Q(
                                ("part__in", ["elsewhere", "agreed"]),
                                ("person__isnull", True),
                                models.Q(("name", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="team_member_is_somebody",
                        violation_error_message="Name an account, or for somebody who coded elsewhere a name.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("part", "agreed")),
                        fields=("study",),
                        name="team_member_agreed_once",
                        violation_error_message="The study has a set of agreed codings already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("initials", ""), _negated=True),
                        name="team_member_has_initials",
                        violation_error_message="Give initials: codings name their coder by them.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                        name="team_member_ends_after_it_starts",
                        violation_error_message="The last day cannot be before the first. Change one of the two dates.",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="recoding",
            name="member",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="voices.teammember",
            ),
        ),
        migrations.AddField(
            model_name="matrixcell",
            name="written_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="voices.teammember",
            ),
        ),
        migrations.AddField(
            model_name="matrix",
            name="made_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="voices.teammember",
            ),
        ),
        migrations.AddField(
            model_name="coding",
            name="coder",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.teammember"
            ),
        ),
        migrations.CreateModel(
            name="CellText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("revision", models.PositiveIntegerField()),
                ("summary", models.TextField(blank=True, default="", max_length=2000)),
                ("nothing_said", models.BooleanField(default=False)),
                ("written_at", models.DateTimeField()),
                (
                    "cell",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="earlier", to="voices.matrixcell"
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="voices.teammember",
                    ),
                ),
            ],
            options={
                "ordering": ["cell", "-revision"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("cell", "revision"),
                        name="cell_text_revision_once",
                        violation_error_message="Somebody wrote this cell at the same moment. Look at it first.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TextUpload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting to be read"),
                            ("read", "Read, and waiting for a decision"),
                            ("kept", "Kept"),
                            ("aside", "Put aside"),
                            ("undone", "Kept, and undone"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("sent_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "sent_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="text_uploads", to="voices.study"
                    ),
                ),
            ],
            options={
                "ordering": ["study", "-sent_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("state__in", ["waiting", "read"])),
                            models.Q(("decided_at__isnull", False), ("state__in", ["kept", "aside", "undone"])),
                            _connector="OR",
                        ),
                        name="text_upload_decided_or_waiting",
                        violation_error_message="An upload is decided at a moment, or it waits.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Theme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("statement", models.TextField(blank=True, default="", max_length=2000)),
                ("is_major", models.BooleanField(default=True)),
                ("place", models.PositiveIntegerField(default=0)),
                ("written_at", models.DateTimeField()),
                ("revision", models.PositiveIntegerField(default=1)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                ("codes", models.ManyToManyField(blank=True, related_name="+", to="voices.code")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="beneath",
                        to="voices.theme",
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="themes", to="voices.study"
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="voices.teammember",
                    ),
                ),
            ],
            options={
                "ordering": ["study", "place", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="theme_has_a_name",
                        violation_error_message="Give the theme a name.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)),
                        fields=("study", "name"),
                        name="theme_name_once_in_study",
                        violation_error_message="The study has a theme of this name already. Give it another.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ThemeEvidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                (
                    "side",
                    models.CharField(
                        choices=[("for", "Supports the theme"), ("against", "Speaks against it")], max_length=7
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=400)),
                ("marked_at", models.DateTimeField()),
                (
                    "coding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.coding"
                    ),
                ),
                (
                    "marked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="voices.teammember",
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="evidence", to="voices.theme"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "theme evidence",
                "ordering": ["theme", "coding__transcript__name", "coding__start", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("theme", "coding"),
                        name="theme_evidence_once",
                        violation_error_message="This passage is marked for the theme already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["for", "against"])),
                        name="theme_evidence_side_is_known",
                        violation_error_message="Say whether the passage supports the theme or speaks against it.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ToLookAt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("kind", models.CharField(max_length=60)),
                ("subject_uuid", models.UUIDField()),
                ("number", models.PositiveIntegerField(default=0)),
                ("words", models.CharField(max_length=300)),
                ("url", models.CharField(blank=True, default="", max_length=300)),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="to_look_at", to="voices.participant"
                    ),
                ),
                (
                    "seen_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["participant", "kind", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("participant", "kind", "subject_uuid", "number"),
                        name="to_look_at_once",
                        violation_error_message="This is on the list already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True),
                        name="to_look_at_is_called_something",
                        violation_error_message="Say what it is.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Transcript",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("is_note", models.BooleanField(default=False)),
                (
                    "interview",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transcripts",
                        to="voices.interview",
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="transcripts", to="voices.study"
                    ),
                ),
            ],
            options={
                "ordering": ["study", "name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("study", "name"),
                        name="transcript_name_once_in_study",
                        violation_error_message="The study has a transcript of this name already. Give it another.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Speaker",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("number", models.PositiveIntegerField()),
                ("key_id", models.UUIDField()),
                ("sealed_label", models.BinaryField()),
                ("is_interviewer", models.BooleanField(default=False)),
                (
                    "participant",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="speakers",
                        to="voices.participant",
                    ),
                ),
                (
                    "transcript",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="speakers", to="voices.transcript"
                    ),
                ),
            ],
            options={
                "ordering": ["transcript", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("transcript", "number"),
                        name="speaker_number_once",
                        violation_error_message="Speakers of a transcript are numbered once.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("participant", None), ("is_interviewer", False), _connector="OR"),
                        name="speaker_is_interviewer_or_participant",
                        violation_error_message="A speaker is the interviewer or a participant, not both.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("key", models.CharField(max_length=64)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("coder", "As one coder has it"),
                            ("both", "All of it"),
                            ("neither", "None of it"),
                            ("other", "Another code or other words"),
                        ],
                        max_length=7,
                    ),
                ),
                ("note", models.TextField(blank=True, default="", max_length=2000)),
                ("decided_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "change",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="voices.codebookchange",
                    ),
                ),
                ("made", models.ManyToManyField(blank=True, related_name="+", to="voices.coding")),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="voices.codinground"
                    ),
                ),
                ("decided_by", models.ManyToManyField(related_name="+", to="voices.teammember")),
                (
                    "kept",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="voices.teammember",
                    ),
                ),
                (
                    "transcript",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.transcript"
                    ),
                ),
            ],
            options={
                "ordering": ["round", "decided_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at", None)),
                        fields=("round", "transcript", "key"),
                        name="decision_once",
                        violation_error_message="This passage is settled already. Take that back first.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kept", None), ("outcome__in", ["both", "neither", "other"])),
                            models.Q(("kept__isnull", False), ("outcome", "coder")),
                            _connector="OR",
                        ),
                        name="decision_keeps_one_coder",
                        violation_error_message="Say whose coding is kept, or choose another outcome.",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="coding",
            name="transcript",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.transcript"
            ),
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="voices.codinground"
                    ),
                ),
                (
                    "coder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.teammember"
                    ),
                ),
                (
                    "transcript",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="voices.transcript"
                    ),
                ),
            ],
            options={
                "ordering": ["round", "transcript__name", "coder_id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("round", "transcript", "coder"),
                        name="assignment_once",
                        violation_error_message="This coder has the transcript in this round already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TranscriptVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("number", models.PositiveIntegerField(default=1)),
                ("length", models.PositiveIntegerField()),
                ("words", models.PositiveIntegerField(blank=True, null=True)),
                ("sha256", models.CharField(max_length=64)),
                ("edits", models.JSONField(blank=True, default=list)),
                ("times", models.JSONField(blank=True, default=list)),
                ("reason", models.CharField(blank=True, default="", max_length=400)),
                ("file_format", models.CharField(blank=True, default="", max_length=12)),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "transcript",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="voices.transcript"
                    ),
                ),
            ],
            options={
                "ordering": ["transcript", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("transcript", "number"),
                        name="transcript_version_number_once",
                        violation_error_message="Somebody made another version at the same moment. Look at it first.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number", 1), models.Q(("reason", ""), _negated=True), _connector="OR"),
                        name="transcript_version_says_why",
                        violation_error_message="Say why the text is changed: a mishearing, a name taken out.",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="transcript",
            name="newest",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="voices.transcriptversion",
            ),
        ),
        migrations.CreateModel(
            name="SuggestionAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("start", models.PositiveIntegerField()),
                ("end", models.PositiveIntegerField()),
                ("is_accepted", models.BooleanField()),
                ("at", models.DateTimeField()),
                (
                    "code",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.code"),
                ),
                (
                    "coding",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="voices.coding",
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.study"),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.teammember"
                    ),
                ),
                (
                    "transcript",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.transcript"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.transcriptversion"
                    ),
                ),
            ],
            options={
                "ordering": ["study", "at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("start__lt", models.F("end"))),
                        name="suggestion_answer_covers_something",
                        violation_error_message="An answer is about some words.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("coding__isnull", False), ("is_accepted", True)),
                            models.Q(("coding", None), ("is_accepted", False)),
                            _connector="OR",
                        ),
                        name="suggestion_accepted_by_a_coding",
                        violation_error_message="A suggestion is accepted by coding the passage.",
                    ),
                    models.UniqueConstraint(
                        fields=("version", "start", "end", "code", "member"),
                        name="suggestion_answered_once",
                        violation_error_message="You have answered this suggestion already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SealedPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key_id", models.UUIDField()),
                ("spans", models.JSONField()),
                ("sealed", models.BinaryField()),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="voices.transcriptversion"
                    ),
                ),
            ],
            options={
                "ordering": ["version", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "key_id"),
                        name="sealed_part_one_per_key",
                        violation_error_message="The words under one key stand in one part.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("turns", models.JSONField(blank=True, default=list)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.teammember"
                    ),
                ),
                (
                    "transcript",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="voices.transcript"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="voices.transcriptversion"
                    ),
                ),
            ],
            options={
                "ordering": ["transcript", "member"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("member", "transcript"),
                        name="reading_once",
                        violation_error_message="How far somebody has read a transcript is kept once.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Quotation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("start", models.PositiveIntegerField()),
                ("end", models.PositiveIntegerField()),
                ("sealed", models.BinaryField()),
                (
                    "breadth",
                    models.CharField(
                        choices=[
                            ("site", "Organisation, role and site"),
                            ("both", "Organisation and role"),
                            ("role", "Role only"),
                            ("body", "Organisation only"),
                            ("none", "Only ‘participant’"),
                        ],
                        max_length=5,
                    ),
                ),
                ("chosen_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "coding",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="voices.coding",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="voices.participant",
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.study"),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="voices.teammember",
                    ),
                ),
                (
                    "chosen_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.teammember"
                    ),
                ),
                (
                    "transcript",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.transcript"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.transcriptversion"
                    ),
                ),
            ],
            options={
                "ordering": ["study", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("start__lt", models.F("end"))),
                        name="quotation_covers_something",
                        violation_error_message="Select some words first: an empty passage cannot be quoted.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("breadth__in", ["site", "both", "role", "body", "none"])),
                        name="quotation_breadth_is_known",
                        violation_error_message="Choose one of the attributions that are listed.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("checked_at", None), ("checked_by", None)),
                            models.Q(("checked_at__isnull", False), ("checked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="quotation_check_says_who_and_when",
                        violation_error_message="A check says who made it, and when.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Memo",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("subject_kind", models.CharField(max_length=20)),
                ("subject_uuid", models.UUIDField()),
                ("start", models.PositiveIntegerField(blank=True, null=True)),
                ("end", models.PositiveIntegerField(blank=True, null=True)),
                ("text", models.TextField(max_length=8000)),
                ("written_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "round",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="voices.codinground",
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.study"),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="voices.teammember",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="voices.transcriptversion",
                    ),
                ),
            ],
            options={
                "ordering": ["study", "written_at", "pk"],
                "indexes": [models.Index(fields=["subject_kind", "subject_uuid"], name="memo_by_subject")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="memo_says_something",
                        violation_error_message="Write something, or take the memo away.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IdentityReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("is_cut_off", models.BooleanField(default=False)),
                ("begun_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "begun_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.study"),
                ),
                (
                    "made",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="made_by_identity_review",
                        to="voices.transcriptversion",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="identity_reviews",
                        to="voices.transcriptversion",
                    ),
                ),
            ],
            options={
                "ordering": ["version", "begun_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("done_at", None)),
                        fields=("version",),
                        name="identity_review_open_once",
                        violation_error_message="Somebody has begun to look through this text already. Go on with theirs.",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="coding",
            name="made_on",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.transcriptversion"
            ),
        ),
        migrations.AddField(
            model_name="coding",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.transcriptversion"
            ),
        ),
        migrations.CreateModel(
            name="CarriedOver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("start", models.PositiveIntegerField()),
                ("end", models.PositiveIntegerField()),
                ("was_touched", models.BooleanField(default=False)),
                ("was_removed", models.BooleanField(default=False)),
                (
                    "coding",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="carried",
                        to="voices.coding",
                    ),
                ),
                (
                    "memo",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="carried",
                        to="voices.memo",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="carried",
                        to="voices.transcriptversion",
                    ),
                ),
            ],
            options={
                "ordering": ["version", "start", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("coding", None), ("memo__isnull", False)),
                            models.Q(("coding__isnull", False), ("memo", None)),
                            _connector="OR",
                        ),
                        name="carried_over_is_one_thing",
                        violation_error_message="A coding or a memo, not both.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Turn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("start", models.PositiveIntegerField()),
                ("words_from", models.PositiveIntegerField()),
                ("end", models.PositiveIntegerField()),
                ("begins_ms", models.PositiveBigIntegerField(blank=True, null=True)),
                ("ends_ms", models.PositiveBigIntegerField(blank=True, null=True)),
                (
                    "speaker",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="turns",
                        to="voices.speaker",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="turns", to="voices.transcriptversion"
                    ),
                ),
            ],
            options={
                "ordering": ["version", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "number"),
                        name="turn_number_once",
                        violation_error_message="Turns of a version are numbered once.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("start__lte", models.F("words_from")),
                            ("words_from__lte", models.F("end")),
                            ("start__lt", models.F("end")),
                        ),
                        name="turn_runs_forward",
                        violation_error_message="A turn begins before it ends.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TurnTag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("start", models.PositiveIntegerField()),
                ("end", models.PositiveIntegerField()),
                ("made_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.teammember"
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.study"),
                ),
                (
                    "tag",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.tag"),
                ),
                (
                    "transcript",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.transcript"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voices.transcriptversion"
                    ),
                ),
            ],
            options={
                "ordering": ["transcript", "start", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)),
                        fields=("tag", "version", "start", "member"),
                        name="turn_tag_once",
                        violation_error_message="You have put this tag on the turn already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("start__lt", models.F("end"))),
                        name="turn_tag_covers_something",
                        violation_error_message="A tag stands on a turn that has words.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Typology",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("name", models.CharField(max_length=120)),
                (
                    "case_kind",
                    models.CharField(
                        choices=[("site", "Sites"), ("interview", "Interviews"), ("participant", "Participants")],
                        default="site",
                        max_length=11,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="voices.teammember",
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="typologies", to="voices.study"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "typologies",
                "ordering": ["study", "name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="typology_has_a_name",
                        violation_error_message="Give the typology a name.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)),
                        fields=("study", "name"),
                        name="typology_name_once_in_study",
                        violation_error_message="The study has a typology of this name already. Give it another.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("case_kind__in", ["site", "interview", "participant"])),
                        name="typology_case_kind_is_known",
                        violation_error_message="Choose what falls into types: sites, interviews or participants.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TypeAssignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=commonpool.voices.ids.new_id, editable=False, unique=True)),
                ("reason", models.CharField(max_length=400)),
                ("assigned_at", models.DateTimeField()),
                (
                    "assigned_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="voices.teammember",
                    ),
                ),
                (
                    "interview",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="voices.interview",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="voices.participant",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="voices.site",
                    ),
                ),
                (
                    "type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="voices.casetype"
                    ),
                ),
                (
                    "typology",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="assignments", to="voices.typology"
                    ),
                ),
            ],
            options={
                "ordering": ["typology", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("interview", None), ("participant", None), ("site__isnull", False)),
                            models.Q(("interview__isnull", False), ("participant", None), ("site", None)),
                            models.Q(("interview", None), ("participant__isnull", False), ("site", None)),
                            _connector="OR",
                        ),
                        name="type_assignment_of_one_case",
                        violation_error_message="A type is given to one site, one interview or one participant.",
                    ),
                    models.UniqueConstraint(
                        fields=("typology", "site"),
                        name="type_assignment_once_per_site",
                        violation_error_message="This case has a type already.",
                    ),
                    models.UniqueConstraint(
                        fields=("typology", "interview"),
                        name="type_assignment_once_per_interview",
                        violation_error_message="This case has a type already.",
                    ),
                    models.UniqueConstraint(
                        fields=("typology", "participant"),
                        name="type_assignment_once_per_participant",
                        violation_error_message="This case has a type already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="type_assignment_says_why",
                        violation_error_message="Say why the case is of this type.",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="casetype",
            name="typology",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="types", to="voices.typology"
            ),
        ),
        migrations.CreateModel(
            name="WaitingText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("encoding", models.CharField(blank=True, default="", max_length=40)),
                ("sealed_name", models.BinaryField(blank=True, default=b"")),
                ("sealed_file", models.BinaryField(blank=True, default=b"")),
                ("sealed_reading", models.BinaryField(blank=True, default=b"")),
                (
                    "transcript",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="voices.transcript",
                    ),
                ),
                (
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="voices.textupload"
                    ),
                ),
            ],
            options={
                "ordering": ["upload", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("upload", "number"),
                        name="waiting_text_number_once",
                        violation_error_message="Files of an upload are numbered once.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GuideQuestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=commonpool.voices.ids.new_id)),
                ("place", models.PositiveIntegerField()),
                ("words", models.CharField(max_length=600)),
                ("prompts", models.TextField(blank=True, default="", max_length=2000)),
                ("source", models.CharField(blank=True, default="", max_length=300)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="questions", to="voices.guideversion"
                    ),
                ),
            ],
            options={
                "ordering": ["version", "place"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "key"),
                        name="guide_question_once_in_version",
                        violation_error_message="A question stands once in a guide.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True),
                        name="guide_question_asks_something",
                        violation_error_message="Write the question.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IdentityCandidate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("start", models.PositiveIntegerField()),
                ("end", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("person", "Person"),
                            ("organisation", "Organisation"),
                            ("place", "Place"),
                            ("name", "Capitals that may be a name"),
                            ("code", "Code of an organisation"),
                            ("email", "E-mail address"),
                            ("phone", "Telephone number"),
                            ("postcode", "Postcode"),
                            ("nhs_number", "Nhs number"),
                            ("insurance", "National insurance number"),
                            ("date", "Full date"),
                            ("web", "Web address"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "found_by",
                    models.CharField(
                        choices=[("list", "list"), ("pattern", "pattern"), ("capitals", "capitals")], max_length=8
                    ),
                ),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("take", "Take out"), ("leave", "Leave"), ("", "Not decided")],
                        default="",
                        max_length=5,
                    ),
                ),
                ("sealed", models.BinaryField(blank=True, default=b"")),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="candidates",
                        to="voices.identityreview",
                    ),
                ),
            ],
            options={
                "ordering": ["review", "start"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("review", "start"),
                        name="identity_candidate_once",
                        violation_error_message="This passage is in the review already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("start__lt", models.F("end"))),
                        name="identity_candidate_covers_something",
                        violation_error_message="An empty passage gives nobody away.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decision__in", ["", "take", "leave"])),
                        name="identity_candidate_decision_is_known",
                        violation_error_message="Take it out, or leave it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decision", "take"), _negated=True),
                            models.Q(("sealed", b""), _negated=True),
                            _connector="OR",
                        ),
                        name="identity_candidate_says_what_instead",
                        violation_error_message="Say what shall stand in its place.",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.UniqueConstraint(
                fields=("study", "name"),
                name="site_name_once_in_study",
                violation_error_message="The study has a site of this name already. Give it another.",
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.UniqueConstraint(
                condition=models.Q(("area__isnull", False)),
                fields=("study", "area"),
                name="site_area_once_in_study",
                violation_error_message="Another site of the study is this area already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.UniqueConstraint(
                fields=("study", "pseudonym"),
                name="participant_pseudonym_once_in_study",
                violation_error_message="The study has a participant of this pseudonym already. Give another.",
            ),
        ),
        migrations.AddConstraint(
            model_name="guideversion",
            constraint=models.UniqueConstraint(
                fields=("study", "number"),
                name="guide_version_number_once",
                violation_error_message="Somebody made another version at the same moment. Look at it first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.UniqueConstraint(
                fields=("study", "name"),
                name="criterion_name_once_in_study",
                violation_error_message="The study has a criterion of this name already. Give it another.",
            ),
        ),
        migrations.AddConstraint(
            model_name="codinground",
            constraint=models.UniqueConstraint(
                fields=("study", "name"),
                name="coding_round_name_once",
                violation_error_message="The study has a round of this name already. Give it another.",
            ),
        ),
        migrations.AddConstraint(
            model_name="codebookversion",
            constraint=models.UniqueConstraint(
                fields=("study", "label"),
                name="codebook_version_label_once",
                violation_error_message="The codebook has a version of this name already. Give it another.",
            ),
        ),
        migrations.AddConstraint(
            model_name="interview",
            constraint=models.UniqueConstraint(
                fields=("study", "name"),
                name="interview_name_once_in_study",
                violation_error_message="The study has an interview of this name already. Give another.",
            ),
        ),
        migrations.AddConstraint(
            model_name="matrixcell",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("interview", None), ("participant", None), ("site__isnull", False)),
                    models.Q(("interview__isnull", False), ("participant", None), ("site", None)),
                    models.Q(("interview", None), ("participant__isnull", False), ("site", None)),
                    _connector="OR",
                ),
                name="matrix_cell_of_one_case",
                violation_error_message="A cell is of one site, one interview or one participant.",
            ),
        ),
        migrations.AddConstraint(
            model_name="matrixcell",
            constraint=models.UniqueConstraint(
                fields=("matrix", "code", "site"),
                name="matrix_cell_once_per_site",
                violation_error_message="Somebody wrote this cell at the same moment. Look at it first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="matrix",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at", None)),
                fields=("study", "name"),
                name="matrix_name_once_in_study",
                violation_error_message="The study has a matrix of this name already. Give it another.",
            ),
        ),
        migrations.AddIndex(
            model_name="coding",
            index=models.Index(fields=["transcript", "start"], name="coding_by_place"),
        ),
        migrations.AddIndex(
            model_name="coding",
            index=models.Index(fields=["study", "code"], name="coding_by_code"),
        ),
        migrations.AddConstraint(
            model_name="coding",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at", None)),
                fields=("transcript", "start", "end", "code", "coder", "round"),
                name="coding_once_in_round",
                violation_error_message="You have put this code on exactly this passage already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="coding",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at", None), ("round", None)),
                fields=("transcript", "start", "end", "code", "coder"),
                name="coding_once_outside_rounds",
                violation_error_message="You have put this code on exactly this passage already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="casetype",
            constraint=models.UniqueConstraint(
                fields=("typology", "name"),
                name="case_type_name_once",
                violation_error_message="The typology has a type of this name already. Give it another.",
            ),
        ),
    ]
