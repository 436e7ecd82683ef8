using MetaStore.Protocol.Etcd;
using MetaStore.Server.Watch;
using MetaStore.StateMachine.Watch;
using static MetaStore.Protocol.Etcd.WatchCreateRequest.Types;

namespace MetaStore.Server.Tests.Watch;

public sealed class RequestedFiltersTests
{
    [Theory]
    [InlineData(false, new FilterType[0], WatchFilters.Plain)]
    [InlineData(true, new FilterType[0], WatchFilters.PrevKv)]
    [InlineData(false, new[] { FilterType.Noput }, WatchFilters.NoPut)]
    [InlineData(true, new[] { FilterType.Nodelete, FilterType.Noput, FilterType.Noput }, WatchFilters.PrevKv | WatchFilters.NoPut | WatchFilters.NoDelete)]
    [InlineData(false, new[] { (FilterType)7 }, WatchFilters.Plain)]
    public void Of_EachFilter_AndUnknownOnesAreIgnored(bool prevKv, FilterType[] filters, object expected)
    {
        var request = new WatchCreateRequest { PrevKv = prevKv };
        request.Filters.Add(filters);
        Assert.Equal((WatchFilters)expected, RequestedFilters.Of(request));
    }
}
