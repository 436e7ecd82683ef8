using Google.Protobuf;
using MetaStore.Cli.Tests.Fakes;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Cli.Tests.Import;

/// <summary>metactl import of a directory, and --verify.</summary>
public sealed class DirectoryImportTests : IClassFixture<FakeMember>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("import-").FullName;
    private readonly Dictionary<ByteString, ByteString> _store = [];
    private readonly FakeMember _member;

    public DirectoryImportTests(FakeMember member)
    {
        _member = member.Clear();
        _member.On<PutRequest>("Put", request =>
        {
            lock (_store)
            {
                _store[request.Key] = request.Value;
            }

            return new PutResponse();
        });
        _member.On<RangeRequest>("Range", request => new RangeResponse
        {
            Kvs = { _store.TryGetValue(request.Key, out var value) ? [new KeyValue { Key = request.Key, Value = value }] : Array.Empty<KeyValue>() },
        });
        _member.On<MemberListRequest>("MemberList", _ => new MemberListResponse { Members = { new Member { ClientURLs = { _member.Url } }, new Member { ID = 2 } } });
        _member.On<HashKVRequest>("HashKV", _ => new HashKVResponse { Header = FakeMember.Header, Hash = 17 });
        File.WriteAllText(Path.Combine(_folder, "one"), "1");
        Directory.CreateDirectory(Path.Combine(_folder, "d"));
        File.WriteAllBytes(Path.Combine(_folder, "d", "two"), [0, 255]);
        File.WriteAllText(Path.Combine(_folder, "large"), new string('x', 20));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Files_AreKeysBelowASlash_AndAreVerified()
    {
        var (code, output, error) = await _member.RunAsync("import", _folder, "--max-value-bytes=10", "--verify");
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Equal(["/d/two", "/one"], _store.Keys.Select(key => key.ToStringUtf8()).Order());
        Assert.Equal(ByteString.CopyFrom(0, 255), _store[ByteString.CopyFromUtf8("/d/two")]);
        Assert.Matches(
            "^imported 2 files, 3 B, in [0-9.]+ s: [0-9]+ keys/s, .+/s; 1 larger files skipped\nunix://\\S+: 2 keys equal, 0 missing or different; hash 17 at revision 9\nall 1 members agree\n$", output);
    }

    [Fact]
    public async Task Verify_AKeyThatDiffers_IsNamed_AndAnError()
    {
        _member.On<PutRequest>("Put", _ => new PutResponse());
        var (code, output, error) = await _member.RunAsync("import", _folder, "--prefix=p/", "--max-files=1", "--verify");
        Assert.Equal((1, "  differs: p/d/two\n"), (code, error));
        Assert.Contains("0 keys equal, 1 missing or different", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prefix_MayBeEmpty()
    {
        Assert.Equal(0, (await _member.RunAsync("import", _folder, "--prefix=", "--max-value-bytes=10")).Code);
        Assert.Equal(["d/two", "one"], _store.Keys.Select(key => key.ToStringUtf8()).Order());
    }
}
