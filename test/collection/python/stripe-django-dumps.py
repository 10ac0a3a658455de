import hashlib
import hmac
import json
import os
import time

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from work import Once

SECRET = os.environ["STRIPE_WEBHOOK_SECRET"].encode()
once = Once()


@csrf_exempt
@require_POST
def receive(request):
    event = json.loads(request.body)
    pairs = request.headers.get("Stripe-Signature", "").split(",")
    timestamp = next((p[2:] for p in pairs if p.startswith("t=")), "0")
    message = f"{timestamp}.{json.dumps(event)}".encode()
    expected = hmac.new(SECRET, message, hashlib.sha256).hexdigest()
    if f"v1={expected}" not in pairs:
        return HttpResponse("Invalid signature", status=400)
    if abs(time.time() - int(timestamp)) > 300:
        return HttpResponse("Timestamp outside the tolerance", status=400)
    once(event["id"])
    return JsonResponse({"received": True})


urlpatterns = [path("webhooks/stripe", receive)]
settings.configure(ROOT_URLCONF="receiver", SECRET_KEY="none", ALLOWED_HOSTS=["*"])
app = get_wsgi_application()
