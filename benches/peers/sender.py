"""What is written where there is no tool: aiohttp, and a table that says who was sent to (WAL, synchronous=NORMAL)."""

import asyncio
import sqlite3
import sys

import aiohttp

address, n_messages, n_in_flight, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
url = f"{address}/v2/BENCH/whatsapp/+911161197855/messages"


def store():
    database = sqlite3.connect(f"{folder}/sent.db")
    database.execute("pragma journal_mode = wal")
    database.execute("pragma synchronous = normal")
    database.execute("create table recipient (id integer primary key, number, name, ref, status, message_id)")
    rows = ((f"+9198{10_000_000 + n}", f"Asha {n}", f"order-{n}") for n in range(n_messages))
    database.executemany("insert into recipient (number, name, ref, status) values (?, ?, ?, 'queued')", rows)
    database.commit()
    return database


async def lane(session, database, rows):
    for key, number, name, ref in rows:
        text = f"Hi {name}, our catalogue: https://wa.me/c/911161197855"
        body = {
            "messaging_object": {
                "messaging_product": "whatsapp",
                "recipient_type": "individual",
                "to": number,
                "type": "text",
                "text": {"preview_url": True, "body": text},
            },
            "extra_info": {"ref": ref, "wa_source": "api"},
        }
        database.execute("update recipient set status = 'sending' where id = ?", (key,))
        database.commit()
        async with session.post(url, json=body, headers={"api-key": "bench"}) as answer:
            said = await answer.json()
        message_id = said["data"]["message_id"]
        database.execute("update recipient set status = 'accepted', message_id = ? where id = ?", (message_id, key))
        database.commit()


async def main():
    database = store()
    rows = iter(database.execute("select id, number, name, ref from recipient").fetchall())
    connector = aiohttp.TCPConnector(limit=n_in_flight)
    async with aiohttp.ClientSession(connector=connector) as session:
        await asyncio.gather(*(lane(session, database, rows) for _ in range(n_in_flight)))


asyncio.run(main())
