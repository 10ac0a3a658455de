import base64
import hashlib
import hmac
import os
import time

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from work import Once

settings.configure(
    ALLOWED_HOSTS=["*"],
    SECRET_KEY="of this receiver",
    ROOT_URLCONF="receiver",
    MIDDLEWARE=[
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
    ],
)
secret = os.environ["PROLIFIC_WEBHOOK_SECRET"].encode()
assert secret
once = Once()


def is_genuine(request):
    timestamp = request.headers.get("X-Prolific-Request-Timestamp", "")
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > 300:
        return False
    digest = hmac.new(secret, timestamp.encode() + request.body, hashlib.sha256).digest()
    given = request.headers.get("X-Prolific-Request-Signature", "")
    return hmac.compare_digest(given.encode(), base64.b64encode(digest))


@csrf_exempt
@require_POST
def receive(request):
    event_id = request.headers.get("X-Event-ID")
    if not is_genuine(request) or not event_id:
        return JsonResponse({"detail": "wrong signature"}, status=403)
    once(event_id)
    return JsonResponse({"received": event_id})


urlpatterns = [path("webhooks/prolific", receive)]
app = get_wsgi_application()
