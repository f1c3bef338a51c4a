"""Shows a certificate to whoever knows its address, and nothing else."""

from aiohttp import web

from bot.learning.certificate import PATH, Certificates


class CertificateRoute:
    """The address under which the chat page finds the pictures."""

    def __init__(self, certificates: Certificates) -> None:
        self._certificates = certificates

    def add_to(self, app: web.Application) -> None:
        """Add the route."""
        app.router.add_get(f"{PATH}{{sealed}}", self._picture)

    async def _picture(self, request: web.Request) -> web.Response:
        picture = await self._certificates.png(request.path)
        if picture is None:
            raise web.HTTPNotFound(text="not found")
        return web.Response(body=picture, content_type="image/png")
