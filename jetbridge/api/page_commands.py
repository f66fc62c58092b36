"""Which commands stand behind the buttons of the pages of tokens and webhooks."""

COMMANDS = {
    "api:webhooks": "webhooks; webhooks --add URL --events order.imported,order.shipped",
    "api:webhook": "webhooks {id}; webhooks {id} --off; webhooks {id} --delete; webhooks {id} --replay NUMBER",
    "api:tokens": "api_tokens PERSON; api_tokens PERSON --create NAME --scope read; api_tokens PERSON --revoke ID",
}
