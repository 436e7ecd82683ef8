using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Validation;
using static MetaStore.Protocol.Etcd.RangeRequest.Types;

namespace MetaStore.Server.Tests.Validation;

/// <summary>A streamed read is sent in parts, in key order: what needs all pairs first is refused, with etcd's texts.</summary>
public sealed class RangeStreamValidatorTests
{
    [Theory]
    [InlineData(SortOrder.None, SortTarget.Key, true)]
    [InlineData(SortOrder.None, SortTarget.Value, true)]
    [InlineData(SortOrder.Ascend, SortTarget.Key, true)]
    [InlineData(SortOrder.Descend, SortTarget.Key, false)]
    [InlineData(SortOrder.Ascend, SortTarget.Mod, false)]
    public void Order_MustBeThatOfTheKeys(SortOrder order, SortTarget target, bool passes)
    {
        Status status = RangeStreamValidator.Check(Request(request => (request.SortOrder, request.SortTarget) = (order, target)));
        Assert.Equal(passes ? (StatusCode.OK, "") : (StatusCode.Unimplemented, "RangeStream does not support custom sort orders"), (status.StatusCode, status.Detail));
    }

    [Fact]
    public void EachRevisionFilter_IsRefused()
    {
        Action<RangeRequest>[] filters = [r => r.MinModRevision = 1, r => r.MaxModRevision = 1, r => r.MinCreateRevision = 1, r => r.MaxCreateRevision = 1];
        Assert.All(filters, filter => Assert.Equal("RangeStream does not support revision filters", RangeStreamValidator.Check(Request(filter)).Detail));
    }

    [Fact]
    public void WhatARangeRefuses_IsRefusedFirst()
    {
        Status status = RangeStreamValidator.Check(new RangeRequest { SortOrder = SortOrder.Descend });
        Assert.Equal((StatusCode.InvalidArgument, "etcdserver: key is not provided"), (status.StatusCode, status.Detail));
    }

    private static RangeRequest Request(Action<RangeRequest> change)
    {
        var request = new RangeRequest { Key = ByteString.CopyFromUtf8("a"), RangeEnd = ByteString.CopyFromUtf8("b") };
        change(request);
        return request;
    }
}
