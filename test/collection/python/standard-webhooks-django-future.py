import base64
import hashlib
import hmac
import os
import time

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from work import Once

settings.configure(ALLOWED_HOSTS=["*"], SECRET_KEY="of this receiver", ROOT_URLCONF="receiver")
key = base64.b64decode(os.environ["STANDARD_WEBHOOKS_WEBHOOK_SECRET"].removeprefix("whsec_"))
assert key
once = Once()


def is_genuine(headers, body):
    timestamp = headers.get("webhook-timestamp", "")
    if not timestamp.isdecimal() or time.time() - int(timestamp) > 300:
        return False
    signed = f"{headers.get('webhook-id')}.{timestamp}.".encode() + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    expected = b"v1," + base64.b64encode(digest)
    given = headers.get("webhook-signature", "").encode().split()
    return any(hmac.compare_digest(expected, each) for each in given)


@csrf_exempt
@require_POST
def receive(request):
    if not is_genuine(request.headers, request.body):
        return HttpResponse(status=401)
    once(request.headers["webhook-id"])
    return HttpResponse(status=204)


urlpatterns = [path("webhooks/standard-webhooks", receive)]
app = get_wsgi_application()
