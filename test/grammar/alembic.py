# SYNTAX TEST "source.python" "SQL in Python calls"

def upgrade():
    op.execute("UPDATE t SET a = 'it\'s\n' WHERE b = %(x)s")
#              ^ punctuation.definition.string.begin.python
#               ^^^^^^ meta.embedded.inline.sql.escaped.python keyword.other.dml.sql
#                                ^^^ meta.embedded.inline.sql.escaped.python string.quoted.single.sql
#                                   ^^ constant.character.escape.python
#                                      ^^ constant.character.escape.python
#                                                    ^^^^^ variable.parameter.format.sql
#                                                         ^ punctuation.definition.string.end.python
#                                                          ^ punctuation.definition.arguments.end.python
    op.execute('SELECT 1 -- open " ')
#               ^^^^^^ keyword.other.dml.sql
#                        ^^^^^^^^^^ comment.line.double-dash.sql
#                                  ^ punctuation.definition.string.end.python - comment.block.sql comment.line.double-dash.sql
    x = "select 1"
#       ^^^^^^^^^^ string.quoted.single.python - meta.embedded.inline.sql.escaped.python meta.embedded.inline.sql.raw.python meta.embedded.inline.sql.formatted.python meta.embedded.inline.sql.prisma
    op.execute("""
#              ^^^ punctuation.definition.string.begin.python
        CREATE INDEX i ON t (a) WHERE b = 'open
#       ^^^^^^ meta.embedded.inline.sql.escaped.python keyword.other.ddl.sql
#                                         ^^^^^ string.quoted.single.sql
    """)  # done
#   ^^^ punctuation.definition.string.end.python - meta.embedded.inline.sql.escaped.python meta.embedded.inline.sql.raw.python meta.embedded.inline.sql.formatted.python meta.embedded.inline.sql.prisma
#         ^^^^^^ comment.line.number-sign.python
    op.execute(f'''
        DROP TABLE {name!r:>10} /* {{x}} '{a}'
#       ^^^^ meta.embedded.inline.sql.formatted.python keyword.other.ddl.sql
#                  ^ meta.interpolation.python punctuation.section.embedded.begin.python
#                   ^^^^ meta.interpolation.python variable.other.python
#                       ^^ storage.type.format.python
#                             ^ punctuation.section.embedded.end.python
#                               ^^^ comment.block.sql
#                                  ^^ constant.character.escape.python
#                                     ^^ constant.character.escape.python
#                                          ^ meta.interpolation.python variable.other.python
    ''')
#   ^^^ punctuation.definition.string.end.python - comment.block.sql comment.line.double-dash.sql
    op.execute(  # why
#                ^^^^^ comment.line.number-sign.python
        r'SELECT \d' 'FROM t', {"a": "select"})
#       ^ storage.type.string.python
#         ^^^^^^ meta.embedded.inline.sql.raw.python keyword.other.dml.sql
#                ^^ - constant.character.escape.python
#                     ^^^^ meta.embedded.inline.sql.escaped.python keyword.other.dml.sql
#                                    ^^^^^^^^ string.quoted.single.python - meta.embedded.inline.sql.escaped.python meta.embedded.inline.sql.raw.python meta.embedded.inline.sql.formatted.python meta.embedded.inline.sql.prisma
    conn.execute(sa.text("SELECT :id"), {"id": 1})
#                         ^^^^^^ keyword.other.dml.sql
#                                ^^^ variable.parameter.named.sql
#                                        ^^^^ string.quoted.single.python
    server_default=text("now()"),
#                        ^^^ support.function.sql
    plot.text("select this")
#             ^^^^^^^^^^^^^ string.quoted.single.python - meta.embedded.inline.sql.escaped.python meta.embedded.inline.sql.raw.python meta.embedded.inline.sql.formatted.python meta.embedded.inline.sql.prisma
def text(self, x="select"):
#                ^^^^^^^^ string.quoted.single.python - meta.embedded.inline.sql.escaped.python meta.embedded.inline.sql.raw.python meta.embedded.inline.sql.formatted.python meta.embedded.inline.sql.prisma
    return "from here"
#   ^^^^^^ keyword.control.python
#          ^^^^^^^^^^^ string.quoted.single.python
