using System.Diagnostics;
using DeploymentService.Fleet;

namespace DeploymentService.Tests.Fleet;

/// <summary>What is taken out of a reason, so that those that mean the same are alike.</summary>
public sealed class ReasonPatternTests
{
    public static TheoryData<string, string> Reasons => new()
    {
        { "Outputs received", "Outputs received" },
        { "", "" },
        { "  a\t b\n\n  c ", "a b c" },

        // Numbers.
        { "deploy_status_code : Deployment exited with non-zero status code: 127", "deploy_status_code : Deployment exited with non-zero status code: <number>" },
        { "took 12.5 of 1,234,567 (99%)", "took <number> of <number> (<number>%)" },
        { "exit -1, exit +1, exit=-9", "exit <number>, exit <number>, exit=<number>" },
        { "server-00042 and eth0 of node17.example.org", "server-<number> and eth<number> of node<number>.example.org" },
        { "needs 4GB, has 512 MB", "needs <number>GB, has <number> MB" },
        { "v2.14.0-rc1 is older than 2.15", "v<number>-rc<number> is older than <number>" },

        // Ids and hexadecimal numbers.
        { "instance 33f33466-ffee-4079-b5ef-dba3c445ef3c is gone", "instance <id> is gone" },
        { "req-33F33466-FFEE-4079-B5EF-DBA3C445EF3C failed", "req-<id> failed" },
        { "commit 9fceb02d0ae598e95dc970b74767f19372d61af8", "commit <hex>" },
        { "at 0x7ffee4c3 in i-0a1b2c3d4e5f6", "at <hex> in i-<hex>" },
        { "upload Zk81qP93xT4 failed", "upload <id> failed" },
        { "a decade of facade and deadbeef", "a decade of facade and deadbeef" },
        { "sha256sum, utf-8, x86", "sha<number>sum, utf-<number>, x<number>" },

        // Times.
        { "since 2026-11-23T13:26:51.123Z", "since <time>" },
        { "since 2026-11-23 13:26:51,123 +01:00 it fails", "since <time> it fails" },
        { "2026/11/23 13:26 kernel", "<time> kernel" },
        { "[23/Nov/2026:13:26:51 +0100] GET", "[<time>] GET" },
        { "Nov  3 13:26:51 kernel: oops", "<time> kernel: oops" },
        { "Mon, 23 Nov 2026 13:26:51 GMT is over", "<time> is over" },
        { "at 13:26:51 it died", "at <time> it died" },
        { "after 5m30s, 300ms and 1.5h", "after <time>, <time> and <time>" },
        { "May the 4th", "May the <number>th" },

        // Addresses.
        { "connect to 10.0.0.17:8080 refused", "connect to <address> refused" },
        { "no route to 192.168.1.1, 10.0.0.0/8", "no route to <address>, <address>" },
        { "fe80::1ff:fe23:4567:890a and 2001:db8:0:0:0:0:2:1", "<address> and <address>" },
        { "52:54:00:12:34:56 has no lease", "<address> has no lease" },
        { "1.2.3.4.5 is a version", "<number> is a version" },

        // Paths and URLs.
        { "No space left on /var/lib/docker/overlay2", "No space left on <path>" },
        { "cat: /etc/passwd: Permission denied.", "cat: <path>: Permission denied." },
        { "in /a and ~/b.sh, ./c, ../d/e", "in <path> and <path>, <path>, <path>" },
        { "open C:\\Temp\\x.log: locked", "open <path>: locked" },
        { "roles/web/tasks/main.yml is missing", "<path> is missing" },
        { "and/or, TCP/IP, I/O error, 3/4 done, / is full", "and/or, TCP/IP, I/O error, <number>/<number> done, / is full" },
        { "404 of https://repo.example.org/pool/a_1.2.deb?x=1, http://h.", "<number> of <url>, <url>." },

        // What is quoted.
        { "user 'alice' has no \"home\"", "user '<value>' has no \"<value>\"" },
        { "can't open 'it's here' for the servers' users", "can't open '<value>' for the servers' users" },
        { "use `apt-get install nginx` or “x” or «y»", "use `<value>` or “<value>” or «<value>»" },
        { "say \\\"x\\\" twice", "say \\\"<value>\\\" twice" },
        { "{\"code\": 17, \"error\": \"no such host\", \"tries\" : [1, 2]}", "{\"code\": <number>, \"error\": \"<value>\", \"tries\" : [<number>, <number>]}" },
        { "\"a\": not found", "\"<value>\": not found" },
        { "an \"open quotation", "an \"open quotation" },
        { "web-01's unit 'nginx' failed", "web-<number>'s unit '<value>' failed" },

        // What stands beside that which is taken out.
        { "status=203/EXEC", "status=<number>/EXEC" },
        { "port 80/tcp is in use", "port <number>/tcp is in use" },
        { "limited to 100/min", "limited to <number>/min" },

        // What is hidden from a reader, and other languages.
        { "password=•••• for /x", "password=•••• for <path>" },
        { "Gerät №5 nicht gefunden: größe 3", "Gerät №<number> nicht gefunden: größe <number>" },
        { "磁盘 /dev/sda1 已满", "磁盘 <path> 已满" },
    };

    [Theory]
    [MemberData(nameof(Reasons))]
    public void What_differs_is_taken_out(string reason, string pattern)
    {
        Assert.Equal(pattern, ReasonPattern.Of(reason).Text);
        Assert.Equal(ReasonPattern.Of(reason), ReasonPattern.Of(pattern));
    }

    [Fact]
    public void Reasons_that_mean_the_same_are_alike_and_others_are_not()
    {
        var one = ReasonPattern.Of("step 3 of /a/b took 5 s");

        Assert.Equal(one, ReasonPattern.Of("step 12 of /c took 60 s"));
        Assert.Equal(one.GetHashCode(), ReasonPattern.Of("step 12 of /c took 60 s").GetHashCode());
        Assert.Equal(one.Text, one.ToString());
        Assert.NotEqual(one, ReasonPattern.Of("Step 12 of /c took 60 s"));
        Assert.False(one.Equals(null));
    }

    [Fact]
    public void A_text_that_was_made_to_take_long_does_not()
    {
        // Each of these is as long as a reason in memory can be, and would take a pattern that goes back again and again minutes.
        string[] bad = ["'", "\"", "\\\"", "1a", "a1", "a/", "1.", "ab:", "::", "{ ", "{\"", "1-", "Mon ", "9d", "12:", " ", "/", "~/", "0x", "“", "a://", "a-"];
        var watch = Stopwatch.StartNew();
        foreach (var part in bad)
        {
            var reason = string.Concat(Enumerable.Repeat(part, 1000 / part.Length));
            Assert.NotNull(ReasonPattern.Of(reason));
            Assert.NotNull(ReasonPattern.Of("x" + reason + "\0"));
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
    }
}
