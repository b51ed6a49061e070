from tests.conftest import use


def test_sign_up_answers_with_the_user_and_nothing_secret(client):
    new = {"email": "Ada@example.com", "password": "seven green bottles", "timezone": "Europe/Berlin"}
    answer = client.post("/api/v1/auth/signup", json=new)
    assert answer.status_code == 201
    assert answer.json()["email"] == "ada@example.com"
    assert "password" not in answer.text


def test_sign_in_gives_a_bearer_token_and_an_http_only_refresh_cookie(client, ada):
    answer = client.post("/api/v1/auth/login", json={"email": ada.email, "password": ada.password})
    assert answer.json()["token_type"] == "bearer"
    assert answer.json()["expires_in"] == 900
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/api/v1/auth" in cookie


def cookies_of(answer) -> list[str]:
    return answer.headers.get_list("set-cookie")


def test_on_https_every_cookie_is_secure_and_no_other_host_can_set_it(client, ada, monkeypatch):
    use(monkeypatch, base_url="https://habits.example.com")
    client.cookies.clear()
    who = {"email": ada.email, "password": ada.password}
    session = client.post("/sign-in", data=who, follow_redirects=False).headers.get_list("set-cookie")
    refused = client.post("/sign-in", data=who | {"password": "x"}, follow_redirects=False).headers.get_list(
        "set-cookie"
    )
    refresh = client.post("/api/v1/auth/login", json=who).headers.get_list("set-cookie")
    out = client.post("/sign-out", follow_redirects=False).headers.get_list("set-cookie")
    for cookie in session + refused + out:
        assert cookie.startswith("__Host-habit_coach_")
        assert "Domain" not in cookie
        assert "Path=/;" in cookie
    assert refresh[0].startswith("__Secure-habit_coach_refresh=")
    for cookie in session + refused + out + refresh:
        assert {"HttpOnly", "SameSite=lax", "Secure"} <= set(cookie.split("; "))


def test_on_https_a_cookie_without_the_prefix_is_not_read(client, ada, monkeypatch):
    use(monkeypatch, base_url="https://habits.example.com")
    client.cookies.clear()
    form = {"email": ada.email, "password": ada.password}
    answer = client.post("/sign-in", data=form, follow_redirects=False)
    (cookie,) = [one.split(";")[0] for one in cookies_of(answer) if "_session=" in one]
    client.cookies.clear()
    for sent, status in ((cookie, 200), (cookie.removeprefix("__Host-"), 303)):
        assert client.get("/export/json", headers={"Cookie": sent}, follow_redirects=False).status_code == status


def test_over_http_on_this_machine_cookies_have_their_plain_names(client, ada):
    assert set(client.cookies) == {"habit_coach_refresh"}


def test_refresh_needs_only_the_cookie_and_rotates_it(client, ada):
    before = client.cookies["habit_coach_refresh"]
    answer = client.post("/api/v1/auth/refresh")
    assert answer.status_code == 200
    assert client.cookies["habit_coach_refresh"] != before


def test_another_sites_page_cannot_refresh_with_our_cookie(client, ada):
    answer = client.post("/api/v1/auth/refresh", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


def test_sign_out_ends_the_access_token_at_once(ada):
    assert ada.call("POST", "/auth/logout").status_code == 204
    assert ada.call("GET", "/auth/me").status_code == 401


def test_a_request_without_a_token_is_told_how_to_send_one(client):
    answer = client.get("/api/v1/auth/me")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "Authorization" in answer.json()["detail"]


def test_the_profile_changes_and_refuses_a_zone_that_does_not_exist(ada):
    assert ada.call("PATCH", "/auth/me", json={"name": " Łucja ", "week_start": 6}).json()["name"] == "Łucja"
    refused = ada.call("PATCH", "/auth/me", json={"timezone": "Mars/Olympus"})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "timezone"


def test_a_region_is_chosen_by_its_code_and_given_up_again(ada):
    assert ada.call("PATCH", "/auth/me", json={"region": "DE"}).json()["region"] == "DE"
    assert ada.call("PATCH", "/auth/me", json={"region": "QQ"}).json()["errors"][0]["field"] == "region"
    assert ada.call("PATCH", "/auth/me", json={"region": ""}).json()["region"] == ""


def test_every_address_works_with_and_without_the_trailing_slash(ada):
    assert ada.call("GET", "/habits/").json() == ada.call("GET", "/habits").json()
    assert ada.call("POST", "/habits/", json={"name": "Read"}).status_code == 201


def test_an_unknown_address_is_a_problem_in_json_and_a_wrong_method_names_the_right_one(client):
    nowhere = client.get("/api/v1/nowhere")
    assert (nowhere.status_code, nowhere.headers["content-type"]) == (404, "application/problem+json")
    wrong = client.put("/api/v1/auth/me")
    assert wrong.status_code == 405
    assert wrong.headers["allow"] == "GET, PATCH, DELETE"


def test_browser_forms_set_an_http_only_cookie_and_navigate(client):
    form = {"email": "eve@example.com", "password": "seven green bottles", "timezone": "Asia/Tokyo"}
    answer = client.post("/sign-up", data=form, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/welcome")
    assert "HttpOnly" in answer.headers["set-cookie"]
    out = client.post("/sign-out", follow_redirects=False)
    assert out.headers["location"] == "/"


def test_a_form_that_is_refused_keeps_what_was_typed_but_never_the_password(client):
    form = {"email": "eve@example", "password": "my secret words"}
    answer = client.post("/sign-up", data=form, follow_redirects=False)
    assert answer.headers["location"] == "/sign-up"
    assert "eve%40example" in answer.headers["set-cookie"]
    assert "secret" not in answer.headers["set-cookie"]


def test_after_sign_in_only_our_own_pages_follow(client, ada):
    for target, where in {
        "/habits": "/habits",
        "//evil.example": "/today",
        "https://evil.example": "/today",
        "/\\evil.example": "/today",
        "": "/today",
    }.items():
        form = {"email": ada.email, "password": ada.password, "next": target}
        assert client.post("/sign-in", data=form, follow_redirects=False).headers["location"] == where


def test_another_sites_form_cannot_sign_anybody_in(client, ada):
    form = {"email": ada.email, "password": ada.password}
    answer = client.post("/sign-in", data=form, headers={"Origin": "https://evil.example"}, follow_redirects=False)
    assert answer.status_code == 403
