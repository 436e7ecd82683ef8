using MetaStore.Protocol.Etcd;
using MetaStore.StateMachine.Watch;
using FilterType = MetaStore.Protocol.Etcd.WatchCreateRequest.Types.FilterType;

namespace MetaStore.Server.Watch;

/// <summary>Parses the filters of a request. Unknown filters are ignored, as in etcd.</summary>
internal static class RequestedFilters
{
    public static WatchFilters Of(WatchCreateRequest request)
    {
        WatchFilters form = request.PrevKv ? WatchFilters.PrevKv : WatchFilters.Plain;
        foreach (FilterType filter in request.Filters)
        {
            form |= filter switch
            {
                FilterType.Noput => WatchFilters.NoPut,
                FilterType.Nodelete => WatchFilters.NoDelete,
                _ => WatchFilters.Plain,
            };
        }

        return form;
    }
}
