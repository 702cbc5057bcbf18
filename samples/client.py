"""Creates a campaign, sends it a list, starts it and waits: python3 client.py NAME LIST [READING]

READING is how the list is to be read, such as region=IN. CATALINK_URL and CATALINK_TOKEN say where and who."""
import json, os, sys, time, urllib.error, urllib.parse, urllib.request, uuid

API = os.environ.get("CATALINK_URL", "http://127.0.0.1:8080") + "/api/v1"
TOKEN = os.environ["CATALINK_TOKEN"]


def call(method, path, body=None, kind="application/json"):
    """One request. A POST has a key, so that it can be repeated after a lost connection and is carried out once."""
    headers = {"Authorization": "Bearer " + TOKEN, "Content-Type": kind, "Idempotency-Key": str(uuid.uuid4())}
    for wait in (1, 2, 4, None):
        try:
            with urllib.request.urlopen(urllib.request.Request(API + path, body, headers, method=method)) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            problem = json.load(error)
            if error.code not in (429, 503) and problem["code"] != "IN_PROGRESS" or wait is None:
                sys.exit(f"{problem['code']}: {problem['detail']}; {problem.get('options') or problem.get('hint') or ''}")
        except urllib.error.URLError as error:
            if wait is None:
                sys.exit(f"{API}: {error.reason}")
        time.sleep(wait)


name, path, reading = sys.argv[1], sys.argv[2], "".join("?" + text for text in sys.argv[3:])
campaign = "/campaigns/" + urllib.parse.quote(name)
message = "Hello {{name}}, our catalogue: https://wa.me/c/911161197855\nReply STOP to unsubscribe."
call("POST", "/campaigns", json.dumps({"name": name, "message": message, "mps": 20}).encode())
with open(path, "rb") as file:
    listed = call("POST", campaign + "/imports" + reading, file.read(), "application/octet-stream")
while listed["state"] == "reading":
    time.sleep(0.5)
    listed = call("GET", f"{campaign}/imports/{listed['id']}")
print(f"{listed['queued']} of {listed['rows']} rows can be sent to")
call("POST", campaign + "/start", b"{}")
while (status := call("GET", campaign))["state"] in ("running", "scheduled"):
    time.sleep(0.5)
print(f"{status['state']}: {status['counts']['accepted']} accepted, {status['counts']['in_doubt']} in doubt")
