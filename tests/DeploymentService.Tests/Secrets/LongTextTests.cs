using DeploymentService.Secrets;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Secrets;

/// <summary>Texts of megabytes are looked through once: none of these would end if each name were looked for through the whole rest.</summary>
public sealed class LongTextTests
{
    private const int Length = 4_000_000;
    private readonly Redaction _redaction = ServiceApp.Shared.Services.GetRequiredService<Redaction>();

    [Theory]
    [InlineData("password:\r")]
    [InlineData("password:\n")]
    [InlineData("password:\r\n")]
    [InlineData("x password:\r")]
    public void Names_without_values_stay(string line)
    {
        var text = Repeated(line);

        Assert.Equal(text, _redaction.ReasonOf(text));
    }

    [Theory]
    [InlineData("(token:a,", "(token:••••,")]
    [InlineData("{token:a,", "{token:••••,")]
    [InlineData("(token:,", "(token:,")]
    [InlineData("(token: a ", "(token: •••• ")]
    [InlineData("password: |\r", "password: ••••\r")]
    [InlineData("token=a ", "token=•••• ")]
    public void Each_value_is_hidden(string pair, string shown) =>
        Assert.Equal("x " + Repeated(pair).Replace(pair, shown, StringComparison.Ordinal), _redaction.ReasonOf("x " + Repeated(pair)));

    [Theory]
    [InlineData("(token: {a,")]
    [InlineData("(token: [a,")]
    public void What_does_not_end_is_hidden_to_the_end(string pair) => Assert.Equal("x (token: ••••", _redaction.ReasonOf("x " + Repeated(pair)));

    [Theory]
    [InlineData("password:\n  S3\nx: 1", "password:••••\nx: 1")]
    [InlineData("password:\r\n  S3\r\nx: 1", "password:••••\r\nx: 1")]
    [InlineData("password:\r  S3\rx: 1", "password:••••\rx: 1")]
    [InlineData("a: 1\r  password: |\r    S3\r\r    S3\r  x: 1", "a: 1\r  password: ••••\r  x: 1")]
    [InlineData("password:\n\n  S3\n\n  S3\nx: 1", "password:••••\nx: 1")]
    [InlineData("password:\n- S3\n- S3\nx: 1", "password:••••\nx: 1")]
    [InlineData("password:\rx: 1", "password:\rx: 1")]
    [InlineData("password:\n", "password:\n")]
    [InlineData("password:\r", "password:\r")]
    [InlineData("x {token: {a: S3, b: S3}, c: 1}", "x {token: ••••, c: 1}")]
    [InlineData("x {token: [S3, S3], c: 1}", "x {token: ••••, c: 1}")]
    [InlineData("x {token: S3, c: 1}", "x {token: ••••, c: 1}")]
    [InlineData("x (token: S3\\ S3)", "x (token: ••••)")]
    public void What_stands_in_several_lines_or_braces_is_hidden_and_no_more(string text, string shown) => Assert.Equal(shown, _redaction.ReasonOf(text));

    private static string Repeated(string part) => string.Concat(Enumerable.Repeat(part, Length / part.Length));
}
