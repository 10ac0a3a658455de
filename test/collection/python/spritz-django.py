import hashlib
import hmac
import json
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from work import Once

SECRET = os.environ["SPRITZ_WEBHOOK_SECRET"].encode()
once = Once()


@csrf_exempt
@require_POST
def receive(request):
    expected = hmac.new(SECRET, request.body, hashlib.sha256).hexdigest()
    given = request.headers.get("Signature", "")
    if not hmac.compare_digest(expected.encode(), given.encode()):
        return HttpResponse("Invalid signature", status=401)
    # The older events have no id: the same text is the same event.
    once(json.loads(request.body).get("eventId") or expected)
    return HttpResponse(status=204)


urlpatterns = [path("webhooks/spritz", receive)]
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
