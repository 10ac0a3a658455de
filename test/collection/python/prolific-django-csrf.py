import base64
import hashlib
import hmac
import os
import time

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST
from work import Once

SECRET = os.environ["PROLIFIC_WEBHOOK_SECRET"].encode()
once = Once()


@require_POST
def receive(request):
    timestamp = request.headers.get("X-Prolific-Request-Timestamp", "")
    message = timestamp.encode() + request.body
    expected = base64.b64encode(hmac.new(SECRET, message, hashlib.sha256).digest())
    given = request.headers.get("X-Prolific-Request-Signature", "").encode()
    if not hmac.compare_digest(expected, given):
        return HttpResponse(status=401)
    if abs(time.time() - float(timestamp)) > 300:
        return HttpResponse(status=401)
    once(request.headers["X-Event-ID"])
    return HttpResponse(status=204)


urlpatterns = [path("webhooks/prolific", receive)]
settings.configure(
    ROOT_URLCONF="receiver",
    SECRET_KEY="none",
    ALLOWED_HOSTS=["*"],
    MIDDLEWARE=[
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
    ],
)
app = get_wsgi_application()
