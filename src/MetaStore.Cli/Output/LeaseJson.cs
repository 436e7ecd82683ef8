using System.Text.Json.Nodes;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Output;

/// <summary>Lease responses as etcdctl prints them: unlike other responses, the header fields are inlined, with their own names.</summary>
internal static class LeaseJson
{
    public static JsonObject Grant(LeaseGrantResponse response)
    {
        var json = Header(response.Header);
        json["ID"] = response.ID;
        json["TTL"] = response.TTL;
        json["Error"] = response.Error;
        return json;
    }

    public static JsonObject KeepAlive(LeaseKeepAliveResponse response)
    {
        var json = Header(response.Header);
        json["ID"] = response.ID;
        json["TTL"] = response.TTL;
        return json;
    }

    public static JsonObject TimeToLive(LeaseTimeToLiveResponse response)
    {
        var json = Header(response.Header);
        json["id"] = response.ID;
        json["ttl"] = response.TTL;
        json["granted-ttl"] = response.GrantedTTL;
        json["keys"] = response.Keys.Count == 0 ? null : new JsonArray([.. response.Keys.Select(key => (JsonNode)key.ToBase64())]);
        return json;
    }

    public static JsonObject Leases(LeaseLeasesResponse response)
    {
        var json = Header(response.Header);
        json["leases"] = new JsonArray([.. response.Leases.Select(lease => new JsonObject { ["id"] = lease.ID })]);
        return json;
    }

    private static JsonObject Header(ResponseHeader? header) => header is null ? [] : JsonPrinter.Convert(header);
}
