"""Messages to other programs about what stands in the journal, by the Standard Webhooks (v1).

message.py     an entry becomes a message: what is told, and what is not. Pure
signature.py   who may believe it. Pure
patience.py    when a message is sent again, and when no more. Pure
secret_file.py where the secrets lie
posting.py     one message to one receiver, and what came of it

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""
