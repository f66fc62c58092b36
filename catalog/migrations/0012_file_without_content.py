from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0011_file_content'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='uploadfile',
            name='content',
        ),
    ]
