using MetaStore.Protocol.V1;

namespace MetaStore.Cli.Tests.Processes;

/// <summary><c>metactl admission</c> on three real members.</summary>
[Collection(nameof(OneAtATime))]
public sealed class AdmissionTests(BatchTests.ThreeMembers members) : IClassFixture<BatchTests.ThreeMembers>
{
    /// <summary>Flag, value, and the part of the <c>-w json</c> output that shows it. The last of each is the default again.</summary>
    public static TheoryData<string, string, string> Values => new()
    {
        { "--mode", "fixed", "\"mode\":\"ADMISSION_MODE_FIXED\"" },
        { "--mode", "adaptive", "\"mode\":\"ADMISSION_MODE_ADAPTIVE\"" },
        { "--mode", "dynamic", "\"mode\":\"ADMISSION_MODE_DYNAMIC\"" },
        { "--initial-credits", "500", "\"initial_credits\":500," },
        { "--initial-credits", "1000", "\"initial_credits\":1000," },
        { "--min-credits", "50", "\"min_credits\":50," },
        { "--min-credits", "100", "\"min_credits\":100," },
        { "--max-credits", "20000", "\"max_credits\":20000," },
        { "--max-credits", "10000", "\"max_credits\":10000," },
        { "--credits-per-connection", "64", "\"credits_per_connection\":64," },
        { "--credits-per-connection", "0", "\"credits_per_connection\":0," },
        { "--reserved-credits", "0", "\"reserved_credits\":0," },
        { "--reserved-credits", "16", "\"reserved_credits\":16," },
        { "--refill-rate", "100", "\"refill_rate\":100," },
        { "--refill-rate", "20000", "\"refill_rate\":20000," },
        { "--refill-interval", "10ms", "\"refill_interval_us\":10000," },
        { "--refill-interval", "50ms", "\"refill_interval_us\":50000," },
        { "--memory-threshold", "0.5", "\"memory_threshold\":0.5," },
        { "--memory-threshold", "0.7", "\"memory_threshold\":0.7," },
        { "--latency-ceiling", "2s", "\"latency_ceiling_us\":2000000," },
        { "--latency-ceiling", "1s", "\"latency_ceiling_us\":1000000," },
        { "--max-bytes", "1048576", "\"max_bytes\":1048576," },
        { "--max-bytes", "67108864", "\"max_bytes\":67108864," },
        { "--max-wait", "1s", "\"max_wait_us\":1000000," },
        { "--max-wait", "2s", "\"max_wait_us\":2000000," },
        { "--queue-proposals", "10", "\"max_waiting\":10," },
        { "--queue-proposals", "65536", "\"max_waiting\":65536," },
        { "--queue-bytes", "1048576", "\"max_waiting_bytes\":1048576" },
        { "--queue-bytes", "268435456", "\"max_waiting_bytes\":268435456" },
    };

    [Fact]
    public async Task Set_EachValue_IsInForce()
    {
        foreach (var row in Values)
        {
            var (flag, value, says) = ((string)row[0], (string)row[1], (string)row[2]);
            var (code, output, error) = await InProcess.RunAsync("--endpoints", members.Follower, "-w", "json", "admission", "set", "--endpoints-only", $"{flag}={value}");
            Assert.True(code == 0, $"{flag} {code}: {error}");
            Assert.Contains(says, output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task EverySettableField_HasAFlag()
    {
        Dictionary<string, string> named = new() { ["--max-waiting"] = "--queue-proposals", ["--max-waiting-bytes"] = "--queue-bytes" };
        var fields = AdmissionSettings.Descriptor.Fields.InFieldNumberOrder()
            .Select(field => "--" + field.Name.Replace("_us", string.Empty, StringComparison.Ordinal).Replace('_', '-'))
            .Select(flag => named.GetValueOrDefault(flag, flag)).Order();
        Assert.Equal(fields, Values.Select(row => (string)row[0]).Distinct().Order());
        Assert.Equal(128, (await InProcess.RunAsync("--endpoints", members.Leader, "admission", "set")).Code);
    }

    [Fact]
    public async Task Status_OfEveryMember_InEveryFormat()
    {
        var simple = (await InProcess.RunAsync("--endpoints", members.Follower, "admission", "status")).Output;
        Assert.Equal(3, simple.Split('\n').Count(line => line.StartsWith("  credits            ", StringComparison.Ordinal) && line.Contains("..", StringComparison.Ordinal)));
        Assert.Contains("16 reserved", simple, StringComparison.Ordinal);
        Assert.Contains("| mode |", (await InProcess.RunAsync("--endpoints", members.Leader, "-w", "table", "admission", "status")).Output.Replace("  ", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("\"mode\" : \"dynamic\"", (await InProcess.RunAsync("--endpoints", members.Leader, "-w", "fields", "admission", "status")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Set_FaultyValue_IsRefusedByTheMember()
    {
        var (code, _, error) = await InProcess.RunAsync("--endpoints", members.Leader, "admission", "set", "--reserved-credits=-1");
        Assert.NotEqual(0, code);
        Assert.Contains("admission.reserved_credits must be from 0 to 10000, but is -1", error, StringComparison.Ordinal);
    }
}
