// A person who opens the page has clicked already. Mail scanners only fetch it, and must not check in for anybody.
document.getElementById("answer").requestSubmit();
