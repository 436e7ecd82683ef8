using MetaStore.Protocol.Etcd;
using MetaStore.Server.Gateway.Json;

namespace MetaStore.Server.Tests.Gateway.Json;

public sealed class MessageFieldsTests
{
    [Theory]
    [InlineData("range_end", false)]
    [InlineData("rangeEnd", true)]
    [InlineData("min_mod_revision", false)]
    [InlineData("minModRevision", true)]
    public void Find_BothNames_AreOneField_AndItIsSaidWhich(string name, bool isCamelCase)
    {
        MessageFields fields = MessageFields.Of(RangeRequest.Descriptor);
        int index = fields.Find(name, out bool camelCase)!.Value;
        Assert.Equal(isCamelCase, camelCase);
        Assert.Contains(name, new[] { fields.InOrder[index].Name, fields.InOrder[index].JsonName });
    }

    [Theory]
    [InlineData("RangeEnd")]
    [InlineData("RANGE_END")]
    [InlineData("range_End")]
    [InlineData("range-end")]
    [InlineData("")]
    public void Find_OtherSpellings_AreUnknown(string name) => Assert.Null(MessageFields.Of(RangeRequest.Descriptor).Find(name, out _));

    /// <summary>etcd reports the errors of a Compare in this order.</summary>
    [Fact]
    public void InOrder_MembersOfAOneof_ComeLast()
    {
        Assert.Equal(
            ["result", "target", "key", "range_end", "version", "create_revision", "mod_revision", "value", "lease"],
            MessageFields.Of(Compare.Descriptor).InOrder.Select(field => field.Name));
    }

    [Fact]
    public void Of_TheSameType_IsMadeOnce() => Assert.Same(MessageFields.Of(PutRequest.Descriptor), MessageFields.Of(PutRequest.Descriptor));
}
