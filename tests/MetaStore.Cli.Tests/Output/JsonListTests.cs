using Google.Protobuf;
using MetaStore.Cli.Output;
using MetaStore.Cli.Output.Batching;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;
using MetaStore.StateMachine.Backups;

namespace MetaStore.Cli.Tests.Output;

/// <summary>Lists of endpoints, and fields that etcdctl prints or leaves out.</summary>
public sealed class JsonListTests
{
    [Fact]
    public void Status_OfAFailure_HasTheReasonInPlaceOfTheStatus() => Assert.Equal(
        """[{"Endpoint":"a:1","Status":{"version":"3.6.0"}},{"Endpoint":"b:1","Error":"no \"leader\" é"}]""",
        Printed(printer => printer.Status([new EndpointStatus("a:1", new StatusResponse { Version = "3.6.0" }, null), new EndpointStatus("b:1", null, "no \"leader\" é")])));

    [Fact]
    public void Snapshot_SavedAndStatus_AreTheSame()
    {
        const string Expected = """{"hash":4294967295,"revision":9,"totalKey":12,"totalSize":1056}""";
        var summary = new BackupSummary(uint.MaxValue, 9, -1, 12, 1056);
        Assert.Equal(Expected, Printed(printer => printer.SnapshotStatus(summary)));
        Assert.Equal(Expected, Printed(printer => printer.SnapshotSaved("path", summary)));
    }

    [Fact]
    public void Compare_KeepsTheNumberOfItsUnion_WhenItIsZero()
    {
        var compare = new Compare { Target = Compare.Types.CompareTarget.Mod, Key = ByteString.CopyFromUtf8("k"), ModRevision = 0 };
        Assert.Equal("""{"target":2,"key":"aw==","mod_revision":0}""", JsonPrinter.Convert(compare).ToJsonString());
    }

    [Fact]
    public void OwnMessages_AreComplete_WithNamesOfEnums()
    {
        var json = JsonPrinter.Convert(new BatchSettings { Policy = BatchPolicy.Off, FlushWhenIdle = false, LoadThreshold = 0 }).ToJsonString();
        Assert.Contains("\"flush_when_idle\":false", json, StringComparison.Ordinal);
        Assert.Contains("\"load_threshold\":0", json, StringComparison.Ordinal);
        Assert.DoesNotContain("min_batch_size", json, StringComparison.Ordinal);
        Assert.Matches("\"policy\":\"[A-Z_]*OFF\"", json);
    }

    [Fact]
    public void BatchingChanged_OfAFailure_HasNoSettings() => Assert.Equal(
        """[{"Endpoint":"a:1","Error":"refused"}]""", Printed(printer => printer.BatchingChanged(new BatchSettings(), [new BatchingChange("a:1", null, null, "refused")])));

    private static string Printed(Action<JsonPrinter> print)
    {
        var output = new StringWriter();
        print(new JsonPrinter(output));
        return output.ToString().Trim();
    }
}
