using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Compatibility.Tests.Comparison;

public sealed class TieOrderTests
{
    [Theory]
    [InlineData(true, "")]
    [InlineData(false, "a")]
    public void Settle_OneRecord_LosesItsKeyOnlyWhenALimitMayHaveChosenAmongTies(bool more, string key)
    {
        var request = new RangeRequest { Limit = 1, SortOrder = RangeRequest.Types.SortOrder.Descend, SortTarget = RangeRequest.Types.SortTarget.Version };
        var response = new RangeResponse { More = more, Count = 15 };
        response.Kvs.Add(new KeyValue { Key = ByteString.CopyFromUtf8("a"), Version = 6 });
        TieOrder.Settle(request, response);
        Assert.Equal((key, 6L), (response.Kvs[0].Key.ToStringUtf8(), response.Kvs[0].Version));
    }
}
