using System.Globalization;
using Google.Protobuf;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Observability.Instruments;
using MetaStore.Server.Tests.Hosting;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Server.Tests.Observability.Instruments;

/// <summary>All metric families of etcd 3.6 exist, and their values match what happened.</summary>
public sealed class MetricFamiliesTests
{
    [Fact]
    public async Task Page_HasEveryFamilyOfEtcd36_OrTheDocumentationSaysWhyNot()
    {
        await using SingleNode node = await SingleNode.StartNewAsync("--metrics=extensive");
        await node.SettledAsync();
        string list = Path.Combine(Programs.SourceTree, "tests", "MetaStore.Server.Tests", "Observability", "etcd-3.6.metrics");
        string[] wanted = [.. File.ReadLines(list).Where(line => line.Length > 0 && line[0] != '#')];
        Assert.True(wanted.Length > 100, $"{wanted.Length} names");
        string page = await node.Http.GetStringAsync("/metrics");
        Assert.Empty(MetricNames.Missing(wanted, page));
        Assert.Empty(MetricNames.ExplainedAndThere(page));
        Assert.Equal(["no_such_family"], MetricNames.Missing(["no_such_family"], page));
    }

    [Theory]
    [InlineData(0.0001, "0.0001")]
    [InlineData(2.5, "2.5")]
    [InlineData(524288, "524288")]
    [InlineData(1048576, "1.048576e+06")]
    [InlineData(2000000, "2e+06")]
    [InlineData(1234567.5, "1.2345675e+06")]
    public void Bounds_AreWrittenAsGoWritesThem(double bound, string text) => Assert.Equal(text, PrometheusText.BoundText(bound));

    [Fact]
    public async Task Values_FollowWhatHappens()
    {
        await using SingleNode node = await SingleNode.StartNewAsync("--metrics=extensive");
        await node.SettledAsync();
        for (int i = 0; i < 10; i++)
        {
            await node.CallAsync<PutResponse>("KV/Put", new PutRequest { Key = ByteString.CopyFromUtf8($"key{i % 5}"), Value = ByteString.CopyFrom(new byte[96]) });
        }

        await node.CallAsync<DeleteRangeResponse>("KV/DeleteRange", new DeleteRangeRequest { Key = ByteString.CopyFromUtf8("key0") });
        await node.CallAsync<RangeResponse>("KV/Range", new RangeRequest { Key = ByteString.CopyFromUtf8("key1") });
        await node.CallAsync<HashKVResponse>("Maintenance/HashKV", new HashKVRequest());
        await node.CallAsync<DefragmentResponse>("Maintenance/Defragment", new DefragmentRequest());
        await node.CallAsync<CompactionResponse>("KV/Compact", new CompactionRequest { Revision = 10, Physical = true });
        await node.Http.PostAsync("/v3/kv/range", new StringContent("{\"key\":\"YQ==\"}"));
        string page = await node.Http.GetStringAsync("/metrics");
        double Of(string sample) => double.Parse(
            page.Split('\n').FirstOrDefault(line => line.StartsWith(sample + " ", StringComparison.Ordinal))?[(sample.Length + 1)..] ?? "NaN", CultureInfo.InvariantCulture);

        Assert.Equal(4, Of("etcd_debugging_mvcc_keys_total"));
        Assert.Equal(10 * 100, Of("etcd_debugging_mvcc_total_put_size_in_bytes"));
        Assert.Equal((10, 10), (Of("etcd_debugging_mvcc_put_total"), Of("etcd_mvcc_put_total")));
        Assert.Equal(0, Of("etcd_mvcc_db_open_read_transactions"));
        Assert.Equal(1, Of("etcd_mvcc_hash_rev_duration_seconds_count"));
        Assert.Equal((1, 0), (Of("etcd_disk_backend_defrag_duration_seconds_count"), Of("etcd_disk_defrag_inflight")));
        Assert.True(Of("etcd_debugging_mvcc_db_compaction_keys_total") >= 4, page);
        Assert.Equal(1, Of("etcd_debugging_mvcc_db_compaction_total_duration_milliseconds_count"));
        Assert.True(Of("etcd_debugging_mvcc_db_compaction_last") > 1_700_000_000, page);
        Assert.Equal(10, Of("etcd_server_apply_duration_seconds_count{version=\"v3\",op=\"Put\",success=\"true\"}"));
        Assert.Equal(2, Of("etcd_server_range_duration_seconds_count{success=\"true\"}"));
        Assert.Equal(1, Of("grpc_server_handling_seconds_count{grpc_method=\"Range\",grpc_service=\"etcdserverpb.KV\",grpc_type=\"unary\"}"));
        Assert.Equal(1, Of("etcd_server_client_requests_total{type=\"unary\",client_api_version=\"unknown\"}"));
        Assert.True(Of("os_fd_used") > 10 && Of("os_fd_limit") >= Of("os_fd_used"), page);
        Assert.True(Of("process_virtual_memory_max_bytes") > Of("process_virtual_memory_bytes"), page);
    }
}
