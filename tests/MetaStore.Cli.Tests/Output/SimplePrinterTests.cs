using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Cli.Output;

namespace MetaStore.Cli.Tests.Output;

public sealed class SimplePrinterTests
{
    private readonly StringWriter _output = new() { NewLine = "\n" };

    [Fact]
    public void Leases_LookAsEtcdctlPrintsThem()
    {
        var printer = new SimplePrinter(_output);
        printer.Grant(new LeaseGrantResponse { ID = 0x694d71ddacfda227, TTL = 60 });
        printer.KeepAlive(new LeaseKeepAliveResponse { ID = 255, TTL = 60 });
        printer.Revoke(-1, new LeaseRevokeResponse());
        printer.TimeToLive(new LeaseTimeToLiveResponse { ID = 255, TTL = -1 }, withKeys: true);
        printer.TimeToLive(new LeaseTimeToLiveResponse { ID = 255, TTL = 59, GrantedTTL = 60 }, withKeys: false);
        var keys = new LeaseTimeToLiveResponse { ID = 255, TTL = 59, GrantedTTL = 60 };
        keys.Keys.Add([ByteString.CopyFromUtf8("a"), ByteString.CopyFromUtf8("b")]);
        printer.TimeToLive(keys, withKeys: true);
        var list = new LeaseLeasesResponse();
        list.Leases.Add(new LeaseStatus { ID = 255 });
        printer.Leases(list);
        Assert.Equal(
            """
            lease 694d71ddacfda227 granted with TTL(60s)
            lease 00000000000000ff keepalived with TTL(60)
            lease ffffffffffffffff revoked
            lease 00000000000000ff already expired
            lease 00000000000000ff granted with TTL(60s), remaining(59s)
            lease 00000000000000ff granted with TTL(60s), remaining(59s), attached keys([a b])
            found 1 leases
            00000000000000ff

            """,
            _output.ToString());
    }

    [Fact]
    public void Values_ThatAreNoText_ReachAFileUnchanged()
    {
        byte[] value = [0, 255, 0xC3, 10, 0x80];
        var file = new MemoryStream();
        using var writer = new StreamWriter(file) { NewLine = "\n", AutoFlush = true };
        var response = new RangeResponse();
        response.Kvs.Add(new MetaStore.Protocol.Mvcc.KeyValue { Key = ByteString.CopyFrom(0xFE), Value = ByteString.CopyFrom(value) });

        new SimplePrinter(writer).Range(response, valuesOnly: false, countOnly: false);

        Assert.Equal([0xFE, (byte)'\n', .. value, (byte)'\n'], file.ToArray());
    }
}
