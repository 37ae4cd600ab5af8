// Loaded before a test: leads clients that read no environment (Sequelize) to the server under test.
import pg from 'pg';

const connect = pg.Client.prototype.connect;
pg.Client.prototype.connect = function (...args) {
  this.port = Number(process.env.PGPORT);
  this.user = process.env.PGUSER;
  this.password = process.env.PGPASSWORD;
  return connect.apply(this, args);
};
