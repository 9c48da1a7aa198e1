// An Iceberg REST catalog on a port of this machine, whose tables are kept in an SQLite file.
//
//     java RestCatalogServer PORT CATALOG_FILE WAREHOUSE
//
// Prints "ready" when it answers.

import java.net.InetSocketAddress;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.rest.RESTCatalogAdapter;
import org.apache.iceberg.rest.RESTCatalogServlet;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;

public class RestCatalogServer {
  public static void main(String[] arguments) throws Exception {
    Catalog catalog =
        CatalogUtil.buildIcebergCatalog(
            "tests",
            Map.of(
                "catalog-impl", "org.apache.iceberg.jdbc.JdbcCatalog",
                "uri", "jdbc:sqlite:file:" + arguments[1],
                "jdbc.schema-version", "V1",
                "warehouse", arguments[2]),
            new Configuration());
    ServletContextHandler handler = new ServletContextHandler(ServletContextHandler.NO_SESSIONS);
    handler.addServlet(
        new ServletHolder(new RESTCatalogServlet(new RESTCatalogAdapter(catalog))), "/*");
    Server server = new Server(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0])));
    server.setHandler(handler);
    server.start();
    System.out.println("ready");
    server.join();
  }
}
