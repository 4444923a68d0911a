using DeploymentService.Json;

namespace DeploymentService.Tests.Json;

/// <summary>What two JSON texts say is the same or not, exactly, and without making the numbers that they stand for.</summary>
public sealed class JsonMeaningTests
{
    [Theory]
    [InlineData("1", "1.0")]
    [InlineData("1", "1e0")]
    [InlineData("1", "1E+0")]
    [InlineData("1", "1e-0")]
    [InlineData("1", "0.1e1")]
    [InlineData("1", "10e-1")]
    [InlineData("100", "1e2")]
    [InlineData("100", "1.00e2")]
    [InlineData("120.50", "1205e-1")]
    [InlineData("0", "-0")]
    [InlineData("0", "0.000")]
    [InlineData("0", "0e9999999999")]
    [InlineData("-0.0e5", "0e-99999999999999999999999")]
    [InlineData("12345678901234567890", "12345678901234567890.0")]
    [InlineData("0.1", "1e-1")]
    [InlineData("0.0010", "1e-3")]
    [InlineData("1e999999999", "10e999999998")]
    [InlineData("1e9999999999", "0.1e10000000000")]
    [InlineData("-1e9999999999", "-1.0e+0009999999999")]
    [InlineData("1e-9999999999", "0.01e-9999999997")]
    [InlineData("1e1000000000000000000", "10e999999999999999999")]
    [InlineData("1e-1000000000000000000", "0.1e-999999999999999999")]
    [InlineData("1e-999999999999999999", "10e-1000000000000000000")]
    [InlineData("100e999999999999999999999", "0.01e+1000000000000000000003")]
    [InlineData("1e100000000000000000000", "10e99999999999999999999")]
    [InlineData("{\"a\": 1, \"b\": [1, {\"c\": null}]}", "{\"b\":[1.0,{\"c\":null}],\"a\":1e0}")]
    [InlineData("{\"\\u0061\": \"\\u0062\"}", "{\"a\": \"b\"}")]
    [InlineData("{\"a\": 1, \"a\": 2}", "{\"a\": 2}")]
    [InlineData("[]", "[ ]")]
    public void The_same(string one, string other) => AssertMeaning(true, one, other);

    [Theory]
    [InlineData("1", "2")]
    [InlineData("1", "-1")]
    [InlineData("1", "10")]
    [InlineData("1", "1e1")]
    [InlineData("101", "11")]
    [InlineData("0.1", "0.01")]
    [InlineData("12345678901234567890", "12345678901234567891")]
    [InlineData("0.1", "0.1000000000000000000000000000000000000001")]
    [InlineData("1e9999999999", "2")]
    [InlineData("1e9999999999", "1e9999999998")]
    [InlineData("1e9999999999", "-1e9999999999")]
    [InlineData("1e9999999999", "1e-9999999999")]
    [InlineData("1e-9999999999", "0")]
    [InlineData("1", "\"1\"")]
    [InlineData("true", "false")]
    [InlineData("null", "0")]
    [InlineData("[1, 2]", "[2, 1]")]
    [InlineData("[1]", "[1, 1]")]
    [InlineData("{\"a\": 1}", "{\"A\": 1}")]
    [InlineData("{\"a\": 1}", "{\"a\": 1, \"b\": 1}")]
    [InlineData("{\"a\": null}", "{}")]
    public void Not_the_same(string one, string other) => AssertMeaning(false, one, other);

    [Fact]
    public void A_number_as_long_as_a_body_is_compared_too()
    {
        var nines = new string('9', 500_000);
        var one = "1" + new string('0', 500_000);

        AssertMeaning(true, nines, nines + ".0");
        AssertMeaning(true, one, "1e500000");
        AssertMeaning(false, $"1e{nines}", $"1e{nines[1..]}8");
        AssertMeaning(false, $"1e{nines}", $"1e-{nines}");
        // One more than so many nines is a one with so many noughts.
        AssertMeaning(true, $"10e{nines}", $"1e{one}");
    }

    private static void AssertMeaning(bool isSame, string one, string other)
    {
        Assert.Equal(isSame, JsonText.Parse(one).SemanticallyEquals(JsonText.Parse(other)));
        Assert.Equal(isSame, JsonText.Parse(other).SemanticallyEquals(JsonText.Parse(one)));
    }
}
