using Google.Protobuf;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Observability.Logging;

namespace MetaStore.Server.Tests.Observability.Logging;

/// <summary>Requests in log lines: no secret, no line break, no unbounded text.</summary>
public sealed class RequestTextTests
{
    [Theory]
    [InlineData(new byte[0], "\"\"")]
    [InlineData(new byte[] { 0x22, 0x5c }, "\"\\\"\\\\\"")]
    [InlineData(new byte[] { 0x0a, 0x0d, 0x09 }, "\"\\n\\r\\t\"")]
    [InlineData(new byte[] { 0x00, 0x07, 0x1f }, "\"\\000\\007\\037\"")]
    [InlineData(new byte[] { 0x20, 0x7e, 0x7f }, "\" ~\\177\"")]
    [InlineData(new byte[] { 0xc3, 0xbc, 0xff }, "\"\\303\\274\\377\"")]
    public void Quoted_IsGosTextFormat(byte[] bytes, string expected) => Assert.Equal(expected, RequestText.Quoted(bytes));

    [Theory]
    [InlineData(256, 258, "aaa\"")]
    [InlineData(257, 261, "aaa...\"")]
    public void Quoted_LongKey_IsCut(int bytes, int length, string end)
    {
        string text = RequestText.Quoted(Enumerable.Repeat((byte)'a', bytes).ToArray());
        Assert.Equal(length, text.Length);
        Assert.EndsWith(end, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_PasswordsAndTokens_AreNeverShown()
    {
        Assert.Equal("name:\"root\" password:***", RequestText.Of(new AuthenticateRequest { Name = "root", Password = "secret" }));
        Assert.Equal("name:\"u\" hashedPassword:***", RequestText.Of(new AuthUserAddRequest { Name = "u", HashedPassword = "c2VjcmV0" }));
        Assert.Equal("token:***", RequestText.Of(new AuthenticateResponse { Token = "secret.1" }));
    }

    [Fact]
    public void Of_DefaultsAreLeftOut_AndPresenceIsShown()
    {
        Assert.Equal("", RequestText.Of(new RangeRequest()));
        Assert.Equal("success:<request_put:<>>", RequestText.Of(new TxnRequest { Success = { new RequestOp { RequestPut = new PutRequest() } } }));

        // A oneof that is set to its default still says which one was meant.
        Assert.Equal("target:MOD mod_revision:0", RequestText.Of(new Compare { Target = Compare.Types.CompareTarget.Mod, ModRevision = 0 }));
    }

    [Fact]
    public void Of_EachKindOfField()
    {
        var range = new RangeRequest
        {
            Key = ByteString.CopyFromUtf8("a\n"), RangeEnd = ByteString.CopyFrom(0), Limit = -1, Revision = long.MaxValue, SortOrder = RangeRequest.Types.SortOrder.Descend, KeysOnly = true,
        };
        Assert.Equal("key:\"a\\n\" range_end:\"\\000\" limit:-1 revision:9223372036854775807 sort_order:DESCEND keys_only:true", RequestText.Of(range));
        Assert.Equal("peerURLs:\"http://a\" peerURLs:\"b\\\"\" isLearner:true", RequestText.Of(new MemberAddRequest { PeerURLs = { "http://a", "b\"" }, IsLearner = true }));
    }

    [Fact]
    public void Of_EnumThatThisVersionDoesNotKnow_IsItsNumber() =>
        Assert.Equal("sort_order:17", RequestText.Of(new RangeRequest { SortOrder = (RangeRequest.Types.SortOrder)17 }));

    [Fact]
    public void Of_TextAtItsMaximum_EndsWithDots_AndNoKeyIsAddedAfterThat()
    {
        var add = new MemberAddRequest();
        for (int i = 0; i < 1000; i++)
        {
            add.PeerURLs.Add("http://10.0.0.1:2380");
        }

        string text = RequestText.Of(add);
        Assert.EndsWith(" ...", text, StringComparison.Ordinal);
        Assert.InRange(text.Length, 2048, 2048 + 40);
    }
}
