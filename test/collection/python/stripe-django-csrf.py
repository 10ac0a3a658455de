import hashlib
import hmac
import json
import os
import time

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
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
secret = os.environ["STRIPE_WEBHOOK_SECRET"].encode()
assert secret
once = Once()


def is_genuine(header, body):
    pairs = [pair.strip().partition("=") for pair in header.split(",")]
    timestamp = next((value for name, _, value in pairs if name == "t"), "")
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > 300:
        return False
    expected = hmac.new(secret, f"{timestamp}.".encode() + body, hashlib.sha256)
    return any(
        name == "v1" and hmac.compare_digest(value.encode(), expected.hexdigest().encode())
        for name, _, value in pairs
    )


@require_POST
def receive(request):
    if not is_genuine(request.headers.get("Stripe-Signature", ""), request.body):
        return HttpResponse(status=400)
    try:
        event = json.loads(request.body)
    except ValueError:
        return HttpResponse(status=400)
    once(event["id"])
    return HttpResponse(status=200)


urlpatterns = [path("webhooks/stripe", receive)]
app = get_wsgi_application()
