using MetaStore.Protocol.Etcd;
using MetaStore.Server.Gateway.Json;

namespace MetaStore.Server.Tests.Gateway.Json;

public sealed class GoNamesTests
{
    [Fact]
    public void Of_NestedTypes_HaveAnUnderscore_TopLevelOnesNone()
    {
        Assert.Equal("etcdserverpb.RangeRequest", GoNames.Of(RangeRequest.Descriptor));
        Assert.Equal("etcdserverpb.RangeRequest_SortOrder", GoNames.Of(RangeRequest.Descriptor.EnumTypes.Single(type => type.Name == "SortOrder")));
        Assert.Equal("etcdserverpb.AlarmType", GoNames.Of(AlarmMember.Descriptor.FindFieldByName("alarm").EnumType));
        Assert.Equal("mvccpb.Event_EventType", GoNames.Of(MetaStore.Protocol.Mvcc.Event.Descriptor.EnumTypes[0]));
    }

    [Theory]
    [InlineData("", "\"\"")]
    [InlineData("ASCEND", "\"ASCEND\"")]
    [InlineData("a\"b", "\"a\\\"b\"")]
    [InlineData("\\\"", "\"\\\\\\\"\"")]
    public void Quoted_BackslashesAreDoubledBeforeQuotesAreEscaped(string text, string expected) => Assert.Equal(expected, GoNames.Quoted(text));
}
