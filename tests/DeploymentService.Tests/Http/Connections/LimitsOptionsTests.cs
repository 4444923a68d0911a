using DeploymentService.Http.Connections;
using DeploymentService.Settings;
using Microsoft.Extensions.Configuration;

namespace DeploymentService.Tests.Http.Connections;

/// <summary>How many connections there may be: never more than the process can hold beside its own files.</summary>
public sealed class LimitsOptionsTests
{
    [Theory]
    [InlineData(1024, 512)]
    [InlineData(4096, 3584)]
    [InlineData(20_000, 19_488)]
    [InlineData(1_048_576, 50_000)]
    [InlineData(null, 50_000)]
    public void The_default_follows_the_limit_of_the_process(int? files, int connections)
    {
        var reader = Reader(null);

        Assert.Equal(connections, LimitsOptions.Read(reader, files).Connections);
        Assert.Empty(reader.Faults);
    }

    [Theory]
    [InlineData("0", 1024, 0)]
    [InlineData("1", 1024, 1)]
    [InlineData("512", 1024, 512)]
    [InlineData("200000", null, 200_000)]
    public void A_setting_that_fits_counts(string setting, int? files, int connections)
    {
        var reader = Reader(setting);

        Assert.Equal(connections, LimitsOptions.Read(reader, files).Connections);
        Assert.Empty(reader.Faults);
    }

    [Theory]
    [InlineData(null, 1023, "has no room: the process may have 1023 files and connections open: let it have 1024 at least (ulimit -n)")]
    [InlineData("10", 256, "has no room: the process may have 256 files and connections open: let it have 1024 at least (ulimit -n)")]
    [InlineData("513", 1024, "is 513, and the process may have 1024 files and connections open: use 512 at most, or raise that limit (ulimit -n)")]
    [InlineData("-1", 1024, "is '-1': use a whole number from 0 to 1000000")]
    [InlineData("many", 1024, "is 'many': use a whole number from 0 to 1000000")]
    public void What_would_end_the_process_is_refused(string? setting, int files, string sentence)
    {
        var reader = Reader(setting);

        LimitsOptions.Read(reader, files);

        Assert.Equal($"Limits:Connections {sentence} (environment: Limits__Connections)", Assert.Single(reader.Faults));
    }

    [Theory]
    [InlineData(null, 30, null)]
    [InlineData("0", 0, null)]
    [InlineData("5", 5, null)]
    [InlineData("-1", 30, "is '-1': use a whole number from 0 to 3600")]
    [InlineData("soon", 30, "is 'soon': use a whole number from 0 to 3600")]
    public void A_piece_of_an_answer_may_take_30_seconds_or_what_is_set(string? setting, int seconds, string? sentence)
    {
        var reader = new SettingsReader(new ConfigurationBuilder().AddInMemoryCollection([new("Limits:AnswerPieceSeconds", setting)]).Build());

        Assert.Equal(seconds, LimitsOptions.Read(reader, files: 1024).AnswerPieceSeconds);
        Assert.Equal(sentence is null ? [] : [$"Limits:AnswerPieceSeconds {sentence} (environment: Limits__AnswerPieceSeconds)"], reader.Faults);
    }

    private static SettingsReader Reader(string? setting) =>
        new(new ConfigurationBuilder().AddInMemoryCollection([new("Limits:Connections", setting)]).Build());
}
